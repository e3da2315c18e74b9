/** Events reach the bus at least once: a message whose events are not all there returns to the queue. */

import type { PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type AnnounceContext, announce, packs } from '../../functions/events/announce.ts';
import {
  API,
  announcement,
  bucketWith,
  queueEvent,
  REJECTION,
  REJECTION_KEY,
  RESULT,
  RESULT_KEY,
  tick,
  tickKey,
} from './fixtures.ts';

/** A function with a bucket, and a bus that refuses the entries of some types. */
function announcer({ refused = [] as string[], stored = STORED as Record<string, unknown>, fails = false } = {}) {
  const sent: PutEventsRequestEntry[][] = [];
  const errors: string[] = [];
  const send = async ({ input: { Entries = [] } }: PutEventsCommand) => {
    if (fails) throw new Error('away');
    sent.push(Entries);
    return {
      Entries: Entries.map(({ DetailType = '' }) =>
        refused.includes(DetailType) ? { ErrorCode: 'InternalFailure', ErrorMessage: 'later' } : { EventId: 'e' },
      ),
    };
  };
  const client = { send } as unknown as AnnounceContext['client'];
  const onError = (message: string) => errors.push(message);
  const context = { objects: bucketWith(stored), api: API, client, bus: 'small-events', onError };
  const failedOf = async (...bodies: string[]) =>
    (await announce(queueEvent(...bodies), context)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { failedOf, sent, errors };
}

const STORED = {
  [RESULT_KEY]: RESULT,
  [REJECTION_KEY]: REJECTION,
  [tickKey(1)]: tick(1, { outcome: 'promote' }),
};

test('an event is on the bus with its type and time, and the whole event as its detail', async () => {
  const { failedOf, sent } = announcer();
  expect(await failedOf(announcement(RESULT_KEY))).toEqual([]);
  const [entry] = sent[0] ?? [];
  expect(entry).toMatchObject({
    EventBusName: 'small-events',
    Source: 'ml-deployment',
    DetailType: 'result.stored',
    Time: new Date(RESULT.created_at),
  });
  expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ specversion: '1.0', subject: RESULT.id });
});

test('only messages whose events were refused, or cannot be read, return to the queue', async () => {
  const { failedOf, sent, errors } = announcer({ refused: ['rollout.step_moved'] });
  const bodies = [announcement(RESULT_KEY), '{"a":1}', announcement(tickKey(1)), announcement(REJECTION_KEY)];
  expect((await failedOf(...bodies)).sort()).toEqual(['m1', 'm2']);
  expect(sent.flat().map(({ DetailType }) => DetailType)).toEqual([
    'result.stored',
    'rollout.started',
    'rollout.step_moved',
    'picture.rejected',
  ]);
  expect(errors).toEqual([
    'no event can be made of a message, will be retried',
    'the bus refused an event, will be retried',
  ]);
});

test('all messages return to the queue when the bus is away', async () => {
  const { failedOf, errors } = announcer({ fails: true });
  expect(await failedOf(announcement(RESULT_KEY), announcement(REJECTION_KEY))).toEqual(['m0', 'm1']);
  expect(errors).toEqual(['the bus refused events, will be retried']);
});

test('a message about an erased result is done', async () => {
  const { failedOf, sent } = announcer({ stored: {} });
  expect(await failedOf(announcement(RESULT_KEY))).toEqual([]);
  expect(sent).toEqual([]);
});

test('a request has ten events at most, and 250 KB at most', () => {
  const entry = (bytes: number) => ({ entry: { Detail: 'x'.repeat(bytes) } });
  const sizes = (...all: number[]) => packs(all.map(entry)).map((pack) => pack.length);
  expect(sizes(...Array.from({ length: 23 }, () => 100))).toEqual([10, 10, 3]);
  expect(sizes(100_000, 100_000, 100_000, 10)).toEqual([2, 2]);
  expect(sizes()).toEqual([]);
});
