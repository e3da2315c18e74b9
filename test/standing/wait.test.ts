/** What a step waits for: in the status, on a terminal, in the report, in records of other releases. */

import { endpointTable, overviewTable } from '../../cli/rollout/status-table.ts';
import { newsOf } from '../../cli/rollout/watch-lines.ts';
import { standingSchema } from '../../functions/api/status-schemas.ts';
import type { Wait } from '../../functions/judge/wait.ts';
import { parseTickRecord } from '../../functions/records/stored-record.ts';
import { type Standing, standingOf } from '../../functions/standing/standing.ts';
import { reading, record } from './readings.ts';

const wait: Wait = {
  needs: [
    {
      of: 'errorRate',
      unit: 'requests',
      more: 557,
      expected: 'promote',
      minutes: 114.4,
      shares: { candidate: 0, live: 0.001 },
    },
    { of: 'least', unit: 'minutes', more: 5, expected: 'promote', minutes: 5 },
  ],
  expected: 'promote',
  etaMinutes: 115,
};
const WORDS =
  'Needs about 560 more requests of the candidate for errors, 1.9 h at this rate; besides, 5 min more, ' +
  'the least time of the step';

const standing = standingOf({ ...reading, record: { ...record, wait } });
const look = { paint: (_colour: string, text: string) => text, width: 300 };
const without = (present: Standing) =>
  standingOf({ ...reading, record: { ...record, tick: present.rollout?.ticks ?? 0 } });

test('the status has codes, numbers and the sentence', () => {
  expect(standing.rollout?.wait).toEqual({
    words: WORDS,
    expected: 'promote',
    eta_minutes: 115,
    needs: [
      { of: 'errorRate', unit: 'requests', more: 557, expected: 'promote', eta_minutes: 115 },
      { of: 'least', unit: 'minutes', more: 5, expected: 'promote', eta_minutes: 5 },
    ],
  });
  expect(standingSchema.parse(standing)).toEqual(standing);
  expect(without(standing).rollout).not.toHaveProperty('wait');
});

test('an obstacle is a code, too', () => {
  const held = standingOf({ ...reading, record: { ...record, wait: { needs: [], obstacle: 'held' } } });
  expect(held.rollout?.wait).toEqual({ words: 'Held: goes on after resume', obstacle: 'held', needs: [] });
});

test('the tables of `status` show it, the list of all endpoints below the verdict', () => {
  expect(endpointTable(standing, look)).toContain(WORDS);
  expect(overviewTable([standing], look)).toContain(WORDS);
  expect(endpointTable(without(standing), look)).not.toContain('wait');
});

test('a line of `watch` ends with it, and one that only the wait changes is no news', () => {
  expect(newsOf(undefined, standing)).toContain(`7 of at least 100 requests. ${WORDS} [version 3: 90 %`);
  expect(newsOf(without(standing), standing)).toBeUndefined();
});

test('a record keeps it; what another release writes in codes that are unknown here is left out', () => {
  const stored = (changes: object) => parseTickRecord(JSON.parse(JSON.stringify({ ...record, ...changes })))?.wait;
  expect(stored({ wait })).toEqual(wait);
  expect(stored({})).toBeUndefined();
  expect(stored({ wait: { needs: [{ of: 'smell', unit: 'requests' }] } })).toBeUndefined();
  expect(stored({ wait: { needs: [], obstacle: 'weather' } })).toBeUndefined();
});
