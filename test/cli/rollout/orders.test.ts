import { refusalOf } from '../../../cli/rollout/control-refusal.ts';
import { isExecuted, type Order } from '../../../cli/rollout/orders.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import { reading, record } from '../../standing/readings.ts';

const running = standingOf(reading);
const held = standingOf({ ...reading, record: { ...record, status: 'held' } });
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
  expect(refusalOf(order, running)).toBeUndefined();
  expect(refusalOf(order, held)).toBeUndefined();
});

test('resume makes sense only where it is held', () => {
  expect(refusalOf('resume', held)).toBeUndefined();
  expect(refusalOf('resume', running)).toBe(
    'Cannot resume count-cars: its rollout is running, not held: 7 of at least 100 requests',
  );
});

test('nothing is promoted before its golden gate, but it can be held there', () => {
  const words = 'Cannot promote version 4 of count-cars before it passes its golden gate: not answered';
  expect(refusalOf('promote', golden)).toBe(words);
  expect(refusalOf('promote-all', golden)).toBe(words);
  expect(refusalOf('hold', golden)).toBeUndefined();
});

test.each<Order>(['hold', 'resume', 'promote', 'promote-all'])('%s needs a running rollout', (order) => {
  const { rollout: _, ...never } = { ...running, phase: 'none' as const };
  const verb = order === 'promote-all' ? 'promote' : order;
  expect(refusalOf(order, never)).toBe(`Cannot ${verb} count-cars: no rollout is running`);
  expect(refusalOf(order, back)).toBe(
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
