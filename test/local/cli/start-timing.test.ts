import { expect, test } from '@jest/globals';
import { StartTiming } from '../../../local/cli/start-timing.ts';

test('shows each phase from the end of the one before, with its share of the whole', () => {
  const times = [250, 1000, 1000, 5000];
  const timing = new StartTiming(() => times.shift() as number);
  for (const phase of ['loading', 'restoring', 'synthesizing', 'deploying']) timing.end(phase);
  expect(timing.rows()).toEqual([
    ['loading', '0.25 s  5 %'],
    ['restoring', '0.75 s  15 %'],
    ['synthesizing', '0.00 s  0 %'],
    ['deploying', '4.00 s  80 %'],
  ]);
});
