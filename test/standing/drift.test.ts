/** What the status says of the drift of an endpoint. */

import { endpointTable, overviewTable } from '../../cli/rollout/status-table.ts';
import { driftSchema } from '../../functions/api/drift-schemas.ts';
import { standingSchema } from '../../functions/api/status-schemas.ts';
import { DRIFT_KEYS, type DriftReport } from '../../functions/drift-contract.ts';
import { explain } from '../../functions/judge/explain.ts';
import type { Finding } from '../../functions/judge/finding.ts';
import { parseTickRecord } from '../../functions/records/stored-record.ts';
import { driftStanding, readDrift, readDriftReport } from '../../functions/standing/drift.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { driftReport } from './drift-reports.ts';
import { fakeClients } from './fake-clients.ts';
import { reading, record } from './readings.ts';

const [DARKER] = driftReport().drifts;

test('a drift: what changed, since when, and when it was found', () => {
  const standing = driftStanding(driftReport(), '3');
  expect(standing).toEqual({
    state: 'drift',
    words: `${DARKER?.summary} (found 2026-11-24 17:00 UTC)`,
    version: '3',
    at: '2026-11-24T17:05:00.000Z',
    reference: driftReport().reference,
    compared: driftReport().compared,
    drifts: [{ since: DARKER?.since, found: DARKER?.found, words: DARKER?.summary }],
  });
  expect(driftSchema.parse(standing)).toEqual(standing);
  const accepted = { by: 'Ada', at: '2026-11-10T00:00:00.000Z' };
  const { reference } = driftReport();
  expect(driftStanding(driftReport({ reference: { ...reference, accepted } }), '3').reference).toEqual(reference);
});

test.each<[DriftReport['state'], Partial<DriftReport>, string]>([
  [
    'collecting',
    {},
    'collects the reference period of version 3: 7012 pictures of 4633 scenes so far; compares with it from ' +
      '2026-11-09 00:00 UTC on',
  ],
  [
    'quiet',
    {},
    'no drift in 16240 pictures of 10731 scenes, against 7012 pictures of 4633 scenes of the reference period',
  ],
  ['drift', { drifts: [] }, 'the pictures or the answers have changed'],
])('%s %j in words', (state, changes, words) => {
  expect(driftStanding(driftReport({ state, ...changes }), '3')).toMatchObject({ state, words });
});

test('without a report, no look has been taken', () => {
  expect(driftStanding(undefined, '5')).toEqual({
    state: 'pending',
    words: 'the drift monitor has not looked at version 5 yet',
  });
});

test.each([
  ['of the live version', {}, true],
  ['of another version', { version: '2' }, false],
  ['of a function that was deleted', { function_name: 'deleted' }, false],
  ['in another form', { alarm_at: 'high' as never }, false],
])('a report %s: read is %s', async (_, changes, isRead) => {
  const clients = fakeClients();
  const report = driftReport(changes);
  clients.stored.set(DRIFT_KEYS.report('count-cars'), report);
  expect(await readDriftReport(clients, '3')).toEqual(isRead ? report : undefined);
});

test('a command reads it only where the newest version has the setting', async () => {
  const clients = fakeClients();
  clients.stored.set(DRIFT_KEYS.report('count-cars'), driftReport());
  expect(await readDrift(clients, '3')).toEqual({});
  expect([clients.settingsReads, clients.reads]).toEqual([['candidate'], []]);
  const settings = JSON.stringify({ drift: true });
  clients.lambda.send = (async () => ({ Environment: { Variables: { ENDPOINT_SETTINGS: settings } } })) as never;
  expect(await readDrift(clients, '3')).toEqual({ drift: driftStanding(driftReport(), '3') });
  expect(await readDrift(clients, '4')).toMatchObject({ drift: { state: 'pending' } });
});

describe('on a terminal', () => {
  const look = { paint: (_colour: string, text: string) => text, width: 300 };
  const standing = (state: DriftReport['state']) => ({
    ...standingOf(reading),
    drift: driftStanding(driftReport({ state }), '3'),
  });

  test('the status of an endpoint has a line, whatever the monitor says', () => {
    expect(endpointTable(standing('drift'), look)).toMatch(/drift +│ darker by 62 % .* \(found 2026-11-24 17:00 UTC\)/);
    expect(endpointTable(standing('quiet'), look)).toMatch(/drift +│ no drift in 16240 pictures/);
    expect(endpointTable(standingOf(reading), look)).not.toContain('drift');
    expect(standingSchema.parse(standing('drift'))).toEqual(standing('drift'));
  });

  test('the overview has it only where something has changed, also after the end of the rollout', () => {
    expect(overviewTable([standing('drift')], look)).toContain('Drift: darker by 62 %');
    expect(overviewTable([{ ...standing('drift'), phase: 'done' }], look)).toContain('Drift: darker by 62 %');
    expect(overviewTable([standing('quiet')], look)).not.toContain('no drift');
  });
});

test('a record with a drift is read as it was written', () => {
  const finding: Finding = {
    kind: 'event',
    outcome: 'hold',
    event: 'drift',
    drift: { of: 'answers', changes: ['fewer objects by 50 % (4 → 2)'], since: 0, foundAt: 3_600_000 },
    others: 0,
  };
  const written = { ...record, findings: [finding], words: explain({ outcome: 'hold', findings: [finding] }) };
  expect(written.words).toMatch(/^the answers have changed since 1970-01-01 00:00 UTC/);
  expect(parseTickRecord(JSON.parse(JSON.stringify(written)))).toEqual(written);
  const wait = { needs: [], obstacle: 'drift' };
  expect(parseTickRecord({ ...written, wait })?.wait).toEqual(wait);
});
