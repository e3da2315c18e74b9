import { refusalOf } from '../../../cli/rollout/control-refusal.ts';
import { isExecuted, type Order, waitingOrder } from '../../../cli/rollout/orders.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import { reading, record } from '../../standing/readings.ts';

const running = standingOf(reading);
const held = standingOf({ ...reading, record: { ...record, status: 'held', held_by: 'Ann' } });
const alarmed = standingOf({ ...reading, record: { ...record, status: 'alarmed' } });
const goldenStep = { kind: 'golden', words: 'any words' } as const;
const golden = standingOf({
  ...reading,
  record: {
    ...record,
    step: goldenStep,
    steps: [goldenStep, ...record.steps.slice(1)],
    step_number: 0,
    words: 'not answered',
  },
});
const back = standingOf({ ...reading, record: { ...record, status: 'rolled back' } });

test.each<Order>(['hold', 'promote', 'promote-all'])('%s makes sense while a rollout runs', (order) => {
  expect(refusalOf({ kind: order }, running)).toBeUndefined();
  expect(refusalOf({ kind: order }, alarmed)).toBeUndefined();
});

test.each<Order>(['promote', 'promote-all'])(
  '%s does not end the hold of a colleague, except with --resume',
  (kind) => {
    expect(refusalOf({ kind }, held)).toBe(
      'Cannot promote version 4 of count-cars: it is held by Ann. With --resume, promote ends the hold',
    );
    expect(refusalOf({ kind, resume: true }, held)).toBeUndefined();
  },
);

test('a hold does not take over the hold of a colleague', () => {
  expect(refusalOf({ kind: 'hold' }, held)).toBe('Cannot hold count-cars: it is held by Ann already');
});

test('resume makes sense only where it is held', () => {
  expect(refusalOf({ kind: 'resume' }, held)).toBeUndefined();
  expect(refusalOf({ kind: 'resume' }, running)).toBe(
    'Cannot resume count-cars: its rollout is running, not held: 7 of at least 100 requests',
  );
});

test('nothing is promoted before its golden gate, but it can be held there', () => {
  const words = 'Cannot promote version 4 of count-cars before it passes its golden gate: not answered';
  expect(refusalOf({ kind: 'promote' }, golden)).toBe(words);
  expect(refusalOf({ kind: 'promote-all' }, golden)).toBe(words);
  expect(refusalOf({ kind: 'hold' }, golden)).toBeUndefined();
});

test.each<Order>(['hold', 'resume', 'promote', 'promote-all'])('%s needs a running rollout', (order) => {
  const { rollout: _, ...never } = { ...running, phase: 'none' as const };
  const verb = order === 'promote-all' ? 'promote' : order;
  expect(refusalOf({ kind: order }, never)).toBe(`Cannot ${verb} count-cars: no rollout is running`);
  expect(refusalOf({ kind: order }, back)).toBe(
    `Cannot ${verb} count-cars: no rollout is running; the last one, of version 4, was rolled back`,
  );
});

test('an order is executed by the tick whose record has its id, whatever the words say', () => {
  const words = 'Ann said promote';
  const [own, other, none] = [
    { ...record, control: 'b' },
    { ...record, control: 'a', words },
    { ...record, words },
  ];
  expect(isExecuted({ id: 'b' }, own)).toBe(true);
  expect(isExecuted({ id: 'b' }, other)).toBe(false);
  expect(isExecuted({ id: 'b' }, none)).toBe(false);
});

describe('an order waits', () => {
  const order = {
    id: 'b',
    version: '4',
    execution: 'v4-abc',
    kind: 'hold',
    by: 'Ann',
    at: '2026-11-22T12:20:30.000Z',
  } as const;

  test('until a tick has executed it', () => {
    expect(waitingOrder(order, reading)).toEqual(order);
    expect(waitingOrder(order, { ...reading, record: { ...record, control: 'a' } })).toEqual(order);
    expect(waitingOrder(order, { ...reading, record: { ...record, control: 'b' } })).toBeUndefined();
  });

  test('before the first tick, unless it was executed before', () => {
    const { record: _, ...starting } = reading;
    expect(waitingOrder(order, starting)).toEqual(order);
    if (!starting.execution) throw new Error('Expected an execution');
    const { input } = starting.execution;
    const execution = { ...starting.execution, input: { ...input, state: { ...input.state, control: 'b' } } };
    expect(waitingOrder(order, { ...starting, execution })).toBeUndefined();
  });

  test('only in the rollout that it is for', () => {
    expect(waitingOrder({ ...order, execution: 'v4-def' }, reading)).toBeUndefined();
    expect(waitingOrder({ ...order, version: '3' }, reading)).toBeUndefined();
    const { execution: _, ...none } = reading;
    expect(waitingOrder(order, none)).toBeUndefined();
  });
});
