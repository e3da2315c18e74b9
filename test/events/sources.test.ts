/** Which events follow from which message, in the shape of CloudEvents, by their documented schemas. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describeApi } from '../../functions/docs/openapi/document.ts';
import { DRIFT_KEYS, type FoundDrift } from '../../functions/drift-contract.ts';
import { eventsOf } from '../../functions/events/sources.ts';
import { EVENT_TYPES } from '../../functions/events-contract.ts';
import { explain } from '../../functions/judge/explain.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { SETTINGS } from '../docs/docs-function.ts';
import {
  API,
  announcement,
  bucketWith,
  REJECTION,
  REJECTION_KEY,
  RESULT,
  RESULT_KEY,
  statusChange,
  tick,
  tickKey,
} from './fixtures.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(describeApi({ ...SETTINGS, events: true }) as object, 'api');
const pointer = (type: string) => `api#/webhooks/${type}/post/requestBody/content/application~1cloudevents+json/schema`;

const eventsFrom = (body: string, stored: Readonly<Record<string, unknown>> = {}) =>
  eventsOf(body, { objects: bucketWith(stored), api: API });

/** The events of a tick, after the one before. */
async function ofTick(record: TickRecord, before?: TickRecord) {
  const stored = { [tickKey(record.tick)]: record, ...(before && { [tickKey(before.tick)]: before }) };
  return eventsFrom(announcement(tickKey(record.tick)), stored);
}
const textOf = (event: { readonly data: object } | undefined) => (event?.data as { text?: string } | undefined)?.text;
const typesOf = async (record: TickRecord, before?: TickRecord) =>
  (await ofTick(record, before)).map(({ type }) => type);

test('a stored result is an event without what is never shown', async () => {
  const [event, ...more] = await eventsFrom(announcement(RESULT_KEY), { [RESULT_KEY]: RESULT });
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    specversion: '1.0',
    source: `${API}/count-cars`,
    type: 'result.stored',
    subject: RESULT.id,
    time: RESULT.created_at,
    datacontenttype: 'application/json',
    data: { count: 1, counts: { car: 1 }, detections: RESULT.detections, release: { function_version: '7' } },
  });
  expect(JSON.stringify(event)).not.toMatch(/owner|the hash|fingerprint|annotated/);
  expect(event?.id).toMatch(/^[0-9a-f]{32}$/);
});

test('the same object has the same id whenever it is announced; a rejection of it has another', async () => {
  const ids = async (stored: object) =>
    (await eventsFrom(announcement(RESULT_KEY), { [RESULT_KEY]: stored })).map(({ id }) => id);
  expect(await ids(RESULT)).toEqual(await ids(RESULT));
  expect(await ids({ ...REJECTION, id: RESULT.id })).not.toEqual(await ids(RESULT));
});

test('a result whose event would be over 64 KB leaves its detections out', async () => {
  const detections = Array.from({ length: 1000 }, () => RESULT.detections[0]);
  const [event] = await eventsFrom(announcement(RESULT_KEY), { [RESULT_KEY]: { ...RESULT, count: 1000, detections } });
  expect(event?.data).toMatchObject({ count: 1000 });
  expect(event?.data).not.toHaveProperty('detections');
});

test('a rejection, a result answered by a human, and a result of a job have their events', async () => {
  const { count: _, counts: __, detections: ___, model: ____, ...human } = { ...RESULT, status: 'human' };
  const batchKey = 'batch/count-cars/f/v7/x.json';
  const stored = { [REJECTION_KEY]: REJECTION, [RESULT_KEY]: human, [batchKey]: { ...RESULT, job: 'night' } };
  const all = await Promise.all(
    [REJECTION_KEY, RESULT_KEY, batchKey].map((key) => eventsFrom(announcement(key), stored)),
  );
  expect(all.flat()).toMatchObject([
    { type: 'picture.rejected', subject: REJECTION.id, data: { problem: { status: 415 } } },
    { type: 'result.stored', data: { status: 'human' } },
    { type: 'result.stored', data: { status: 'done', job: 'night' } },
  ]);
});

test('no event is made of an erased result, of another bucket, of other objects, of a test event', async () => {
  expect(await eventsFrom(announcement(RESULT_KEY))).toEqual([]);
  expect(await eventsFrom(announcement(RESULT_KEY, 'other'), { [RESULT_KEY]: RESULT })).toEqual([]);
  const status = 'rollouts/count-cars/f/status.json';
  expect(await eventsFrom(announcement(status), { [status]: tick(1) })).toEqual([]);
  expect(await eventsFrom(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }))).toEqual([]);
});

test('a message that is no event of S3 or Step Functions is refused', async () => {
  await expect(eventsFrom('{"a":1}')).rejects.toThrow('Expected an event of S3 for the message, received {"a":1}');
  await expect(eventsFrom('text')).rejects.toThrow('Expected an event of S3 for the message, received text');
});

describe('a rollout', () => {
  const running = tick(4);
  const promote = { outcome: 'promote' } as const;
  const people = { needs: [{ of: 'people', unit: 'decisions', more: 12 }] } as unknown as NonNullable<
    TickRecord['wait']
  >;

  test.each<[string, TickRecord, TickRecord | undefined, string[]]>([
    ['starts', tick(1), undefined, ['rollout.started']],
    ['starts and passes the golden gate', tick(1, promote), undefined, ['rollout.started', 'rollout.step_moved']],
    ['starts and ends', tick(1, { status: 'rolled back' }), undefined, ['rollout.started', 'rollout.rolled_back']],
    ['holds', tick(5), running, []],
    ['passes a step', tick(5, promote), running, ['rollout.step_moved']],
    ['needs a person', tick(5, { status: 'alarmed', needs_a_person: true }), running, ['rollout.waits']],
    [
      'still needs a person',
      tick(6, { status: 'alarmed', needs_a_person: true }),
      tick(5, { status: 'alarmed', needs_a_person: true }),
      [],
    ],
    ['needs people who judge', tick(5, { wait: people }), running, ['rollout.waits']],
    ['still needs them', tick(6, { wait: people }), tick(5, { wait: people }), []],
    ['is held', tick(5, { status: 'held', held_by: 'ann' }), running, ['rollout.held']],
    ['is still held', tick(6, { status: 'held' }), tick(5, { status: 'held' }), []],
    ['goes on', tick(6), tick(5, { status: 'held' }), ['rollout.resumed']],
    ['ends with all traffic', tick(5, { ...promote, status: 'done' }), running, ['rollout.promoted']],
    ['is rolled back', tick(5, { status: 'rolled back' }), running, ['rollout.rolled_back']],
    ['is superseded', tick(5, { status: 'superseded' }), running, ['rollout.superseded']],
    ['stops', tick(5, { status: 'stopped', needs_a_person: true }), running, ['rollout.stopped']],
    ['goes on after its records expired', tick(5), undefined, []],
  ])('that %s', async (_what, record, before, types) => {
    expect(await typesOf(record, before)).toEqual(types);
  });

  test('that an operator rolled back has the event of that record', async () => {
    const key = tickKey(5).replace('.json', '.rollback-20261126T120000Z.json');
    const stored = { [key]: tick(5, { status: 'rolled back', outcome: 'roll back' }), [tickKey(5)]: tick(5) };
    expect(await eventsFrom(announcement(key), stored)).toMatchObject([{ type: 'rollout.rolled_back' }]);
  });

  test('has a text that is complete without its report', async () => {
    const [event] = await ofTick(
      tick(5, { status: 'rolled back', outcome: 'roll back', traffic: 'version 6' }),
      running,
    );
    expect(event).toMatchObject({ subject: 'v7-abc', data: { version: '7', rollout: 'v7-abc', outcome: 'roll back' } });
    expect(textOf(event)).toBe(
      [
        'count-cars: version 7 was rolled back in the step "canary at 10 %".',
        'Reason: 7 errors in 52 requests (13.5 %) is over 2 %.',
        'Live traffic: version 6.',
        `Report: ${API}/status/count-cars/report?version=7`,
      ].join('\n'),
    );
  });

  test('that waits says for what, and the commands that decide', async () => {
    const [event] = await ofTick(tick(5, { wait: people }), running);
    expect(textOf(event)).toMatch(/\nNeeds about 12 more decisions of people/);
    expect(textOf(event)).toContain('npm run rollout -- promote count-cars, or rollback count-cars.\n');
  });

  test('that a drift holds has an event with the reason, once, and the commands that decide', async () => {
    const drift = { of: 'pictures', changes: ['darker by 40 % (80 → 48)'], since: 0, foundAt: 3_600_000 } as const;
    const finding = { kind: 'event', outcome: 'hold', event: 'drift', drift, others: 0 } as const;
    const words = explain({ outcome: 'hold', findings: [finding] });
    const wait = { needs: [], obstacle: 'drift' } as const;
    const held = (number: number) =>
      tick(number, { status: 'alarmed', needs_a_person: true, findings: [finding], words, wait });
    const [event, ...others] = await ofTick(held(5), running);
    expect([event?.type, others]).toEqual(['rollout.waits', []]);
    expect(event?.data).toMatchObject({ reason: words, needs_a_person: true });
    expect(textOf(event)).toContain(`Reason: ${words}.\n`);
    expect(textOf(event)).toContain(
      'Held by the drift: resume accepts these pictures for this rollout, promote goes to the next step only, and ' +
        'rollback ends it; the gates pass.\n' +
        'Decide: npm run rollout -- resume count-cars, promote count-cars, or rollback count-cars.\n',
    );
    expect(await ofTick(held(6), held(5))).toEqual([]);
  });
});

test('a batch job has an event for its start, its end, and each time that it is resumed', async () => {
  const started = await eventsFrom(statusChange('RUNNING'));
  expect(started).toMatchObject([
    {
      type: 'batch.started',
      source: `${API}/count-cars`,
      subject: 'night',
      time: '2026-11-26T12:00:00.000Z',
      data: { job: 'night', function_version: '7', from: 's3://photos/2026/', resumed: 0 },
    },
  ]);
  const failed = await eventsFrom(statusChange('FAILED', { error: 'States.Runtime', cause: 'too many' }));
  expect(failed).toMatchObject([
    {
      type: 'batch.ended',
      data: { status: 'FAILED', reason: 'States.Runtime: too many', ended_at: '2026-11-26T13:00:00.000Z' },
    },
  ]);
  const again = await eventsFrom(statusChange('RUNNING', { redriveCount: 1 }));
  expect(again).toMatchObject([{ type: 'batch.started', data: { resumed: 1 } }]);
  expect(again[0]?.id).not.toBe(started[0]?.id);
});

const FOUND: FoundDrift = {
  endpoint: 'count-cars',
  function_name: 'f',
  version: '7',
  since: '2026-11-24T14:00:00.000Z',
  found: '2026-11-24T17:00:00.000Z',
  evidence: 12.5,
  summary: 'darker by 62 % (110 → 42), since Tuesday 24 November 2026, 14:00 UTC',
  changes: [
    {
      feature: 'brightness',
      of: 'brightness',
      before: 110,
      now: 42,
      deviations: -3,
      size: 3,
      scenes: 40,
      evidence: 12,
      summary: 'darker by 62 % (110 → 42)',
    },
  ],
  reference: { from: '2026-11-02T00:00:00.000Z', to: '2026-11-09T00:00:00.000Z', pictures: 7012, scenes: 4633.2 },
};
const FOUND_KEY = DRIFT_KEYS.found({ endpoint: 'count-cars', functionName: 'f', version: '7' }, FOUND.found);

test('a drift has one event, with what changed and what to do; sketches and reports have none', async () => {
  const [event, ...more] = await eventsFrom(announcement(FOUND_KEY), { [FOUND_KEY]: FOUND });
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    type: 'drift.found',
    subject: 'count-cars',
    time: FOUND.found,
    data: { version: '7', since: FOUND.since, changes: [{ feature: 'brightness' }], report: `${API}/status` },
  });
  expect(textOf(event)).toBe(
    'count-cars: the pictures or the answers have changed: darker by 62 % (110 → 42), since Tuesday 24 November ' +
      '2026, 14:00 UTC.\nCompared with 7012 pictures from 2026-11-02T00:00:00.000Z to 2026-11-09T00:00:00.000Z, ' +
      'which version 7 answered.\nLook: npm run drift -- count-cars.\nIf the change is to stay: npm run drift -- ' +
      `count-cars --accept.\nPictures before and after: ${API}/status`,
  );
  const [again] = await eventsFrom(announcement(FOUND_KEY), { [FOUND_KEY]: FOUND });
  expect(again?.id).toBe(event?.id);
  const report = DRIFT_KEYS.report('count-cars');
  expect(await eventsFrom(announcement(report), { [report]: {} })).toEqual([]);
});

test('the events of each kind match the schemas of the API’s document', async () => {
  const ends = ['done', 'rolled back', 'superseded', 'stopped'] as const;
  const all = await Promise.all([
    eventsFrom(announcement(RESULT_KEY), { [RESULT_KEY]: RESULT }),
    eventsFrom(announcement(REJECTION_KEY), { [REJECTION_KEY]: REJECTION }),
    eventsFrom(statusChange('RUNNING')),
    eventsFrom(statusChange('SUCCEEDED')),
    ofTick(tick(1, { outcome: 'promote' })),
    ofTick(tick(5, { status: 'alarmed', needs_a_person: true }), tick(4)),
    ofTick(tick(5, { status: 'held' }), tick(4)),
    ofTick(tick(5), tick(4, { status: 'held' })),
    eventsFrom(announcement(FOUND_KEY), { [FOUND_KEY]: FOUND }),
    ...ends.map((status) => ofTick(tick(5, { status }), tick(4))),
  ]);
  const events = all.flat();
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  for (const event of events) {
    const validate = ajv.getSchema(pointer(event.type));
    expect([event.type, validate?.(event), validate?.errors]).toEqual([event.type, true, null]);
  }
});
