import type { EndpointStatus } from '../../functions/api/status-schemas.ts';
import { limitsText, positions } from '../../functions/pages/status/gate-scale.ts';
import { sentence, stateOf, stepStates } from '../../functions/pages/status/rollout-text.ts';
import { decisionSummary } from '../../functions/rollout-report/decision-summary.ts';
import { gatesOf } from '../../functions/standing/gates.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { reading, record } from '../standing/readings.ts';

const status: EndpointStatus = {
  ...standingOf(reading),
  needs_a_person: false,
  gates: gatesOf(record.findings),
  history: [],
};

test('the sentence names version, state, step, outcome and traffic', () => {
  expect(sentence(status)).toBe(
    'count-cars: version 4, rolling out, canary at 10 %, hold; version 3: 90 %, version 4: 10 %.',
  );
  expect(sentence({ ...status, phase: 'waiting', needs_a_person: true })).toMatch(
    /version 4, waiting for an operator, .* An operator is needed\.$/,
  );
});

test('the sentence of an endpoint without a rollout names its traffic', () => {
  const { rollout: _, ...without } = status;
  expect(sentence({ ...without, phase: 'none', traffic: 'version 1: 100 %' })).toBe(
    'count-cars: no rollout yet; version 1: 100 %',
  );
});

test.each([
  ['done', '4', 'rolled out'],
  ['done', '3', 'rolled back later'],
  ['rolled back', '3', 'rolled back'],
  ['stopped', '2', 'stopped: the alias was moved outside the rollout'],
  ['failed', '3', 'failed: rollout controller error'],
] as const)('phase %s with live version %s is shown as "%s"', (phase, version, text) => {
  expect(stateOf({ ...status, phase, routing: { version } }).text).toBe(text);
});

test.each([
  ['running', ['done', 'now', 'next']],
  ['waiting', ['done', 'now', 'next']],
  ['rolled back', ['done', 'ended', 'next']],
  ['superseded', ['done', 'ended', 'next']],
  ['done', ['done', 'done', 'done']],
] as const)('the second of three steps, phase %s: %j', (phase, states) => {
  expect(stepStates({ steps: ['a', 'b', 'c'], step_number: 2 }, phase)).toEqual(states);
});

test('a scale of shares starts at 0 and ends at twice the larger limit', () => {
  const at = positions({ at_least: 0.01, at_most: 0.03, promotes_below: 0.02, rolls_back_above: 0.05 });
  expect([0, 0.05, 0.1, 0.2].map(at)).toEqual([0, 0.5, 1, 1]);
});

test('a scale of differences is symmetric around 0', () => {
  const at = positions({ at_least: -0.01, at_most: 0.03, rolls_back_above: 0.05 });
  expect([-0.2, -0.1, 0, 0.1].map(at)).toEqual([0, 0, 0.5, 1]);
});

test('limits of 0 still have a scale', () => {
  expect(positions({ at_least: 0, at_most: 0, rolls_back_above: 0 })(0.001)).toBe(0.5);
});

test('the limits as text', () => {
  expect(limitsText({ rolls_back_above: 0.02 })).toBe(' (rolls back when proven over 2 %)');
  expect(limitsText({ promotes_below: 0.015, rolls_back_above: 0.02 })).toBe(
    ' (rolls back when proven over 2 %; otherwise promotes when proven under 1.5 %)',
  );
});

test.each([
  [[], 'Human counts recorded: 0 of 5.'],
  [[{ human: 2, baseline: 2, candidate: 1 }], 'Human counts recorded: 1 of 5. Correct: candidate 0, baseline 1.'],
  [[{ human: 2, candidate: 2 }, { human: 3 }], 'Human counts recorded: 2 of 5. Correct: candidate 1.'],
])('%j: %s', (decided, text) => {
  expect(decisionSummary(decided, 5)).toBe(text);
});
