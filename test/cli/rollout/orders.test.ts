import { refusalOf } from '../../../cli/rollout/control-refusal.ts';
import { isObeyed, type Order } from '../../../cli/rollout/obedience.ts';
import type { TickRecord } from '../../../functions/records/tick-record.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import { reading, record } from '../../standing/readings.ts';

const running = standingOf(reading);
const held = standingOf({ ...reading, record: { ...record, status: 'held' } });
const golden = standingOf({
  ...reading,
  record: { ...record, step: 'golden gate', step_number: 0, words: 'not answered' },
});
const back = standingOf({ ...reading, record: { ...record, status: 'rolled back' } });

test.each<Order>(['hold', 'promote', 'promote-all'])('%s makes sense while a rollout runs', (order) => {
  expect(refusalOf(order, running)).toBeUndefined();
  expect(refusalOf(order, held)).toBeUndefined();
});

test('resume makes sense only where it is held', () => {
  expect(refusalOf('resume', held)).toBeUndefined();
  expect(refusalOf('resume', running)).toBe(
    'Expected the rollout of count-cars to be held, it is running: 7 of at least 100 requests',
  );
});

test('nothing is promoted before its golden gate, but it can be held there', () => {
  const words =
    'Expected version 4 of count-cars to have passed its golden gate before it is promoted, it has not: not answered';
  expect(refusalOf('promote', golden)).toBe(words);
  expect(refusalOf('promote-all', golden)).toBe(words);
  expect(refusalOf('hold', golden)).toBeUndefined();
});

test.each<Order>(['hold', 'resume', 'promote', 'promote-all'])('%s needs a running rollout', (order) => {
  const { rollout: _, ...never } = { ...running, phase: 'none' as const };
  const verb = order === 'promote-all' ? 'promote' : order;
  expect(refusalOf(order, never)).toBe(`Expected a running rollout of count-cars to ${verb}, there is none`);
  expect(refusalOf(order, back)).toBe(
    `Expected a running rollout of count-cars to ${verb}, there is none; the last one, of version 4, was rolled back`,
  );
});

const event = (words: string, changes: Partial<TickRecord> = {}): TickRecord => ({
  ...record,
  tick: 13,
  findings: [{ kind: 'event', outcome: 'hold', words }],
  ...changes,
});

const order = (kind: Order) => ({ kind, by: 'Ann', version: '4', ticks: 12 });

test.each<[Order, TickRecord, boolean]>([
  ['hold', event('held by Ann', { status: 'held' }), true],
  ['hold', event('held by Bob', { status: 'held' }), false],
  ['hold', event('held by Ann', { status: 'held', tick: 12 }), false],
  ['resume', event('', { status: 'running' }), true],
  ['resume', event('held by Ann', { status: 'held' }), false],
  ['resume', event('held for too long: waits for a person', { status: 'alarmed' }), false],
  ['promote', event('Ann said promote'), true],
  ['promote', event('Ann said promote-all'), false],
  ['promote', event('Bob said promote'), false],
  ['promote', event('Ann asked to promote, but the golden gate has not been passed'), true],
  ['promote-all', event('Ann said promote-all', { status: 'done' }), true],
])('%s: a tick that obeyed is told from others %#', (kind, tick, obeyed) => {
  expect(isObeyed(order(kind), tick)).toBe(obeyed);
});
