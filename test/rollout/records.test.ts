import { agreementOf, type TickRecord } from '../../functions/rollout/records.ts';

type Findings = TickRecord['findings'];

const event: Findings[number] = { kind: 'event', outcome: 'hold', words: 'held by Ann' };
const meanOf = (gate: 'agreement' | 'countError', sample: [number, number][]) =>
  ({ kind: 'mean', gate, outcome: 'hold', sample, things: 'pictures' }) as unknown as Findings[number];

const agreement = (findings: Findings) => agreementOf({ findings } as TickRecord);

test('the agreement is one minus the mean disagreement', () => {
  const sample: [number, number][] = [
    [0, 3],
    [0.2, 1],
  ];
  expect(agreement([event, meanOf('countError', [[1, 1]]), meanOf('agreement', sample)])).toBeCloseTo(0.95, 12);
});

test('there is none without pictures, or in another step', () => {
  expect(agreement([meanOf('agreement', [])])).toBeUndefined();
  expect(agreement([event, meanOf('countError', [[0.5, 2]])])).toBeUndefined();
});
