import { explainFinding } from '../../functions/judge/explain.ts';
import { blueGreen, canary, shadow } from '../../functions/plan/plan.ts';
import { recordStep } from '../../functions/records/recorded-step.ts';
import { parseTickRecord } from '../../functions/records/stored-record.ts';
import { stepsOfPlan } from '../rollout/fixtures/steps.ts';
import { record } from '../standing/readings.ts';

const stored = (changes: object = {}): unknown => JSON.parse(JSON.stringify({ ...record, ...changes }));

test('a record is read as it was written', () => {
  expect(parseTickRecord(stored())).toEqual(record);
  expect(parseTickRecord(stored({ control: 'a-b' }))).toEqual({ ...record, control: 'a-b' });
});

test('every step of a plan is read as it was written', () => {
  const plan = [shadow(), shadow({ baseline: 'human' }), canary({ percent: 0.5 }), blueGreen({ bake: '1h' })];
  const steps = stepsOfPlan(plan).map(recordStep);
  expect(steps).toEqual([
    { kind: 'golden', words: 'golden gate' },
    { kind: 'shadow', baseline: 'live', words: 'shadow of live' },
    { kind: 'shadow', baseline: 'human', words: 'shadow of a human' },
    { kind: 'weight', percent: 0.5, words: 'canary at 0.5 %' },
    { kind: 'full', words: 'all traffic' },
    { kind: 'bake', words: 'bake with all traffic' },
    { kind: 'done', words: 'done' },
  ]);
  expect(parseTickRecord(stored({ steps }))?.steps).toEqual(steps);
});

describe('a record of an older version, which wrote words only', () => {
  const words = ['the first', 'the second', 'the third', 'the end'];
  const older = (changes: object = {}) =>
    parseTickRecord(
      stored({
        step: 'the second',
        steps: words,
        findings: [{ kind: 'event', outcome: 'hold', words: 'somebody said hold' }],
        ...changes,
      }),
    );

  test('keeps the words of its steps; the golden gate and the end are known by their place', () => {
    expect(older()?.steps).toEqual([
      { kind: 'golden', words: 'the first' },
      { kind: 'unknown', words: 'the second' },
      { kind: 'unknown', words: 'the third' },
      { kind: 'done', words: 'the end' },
    ]);
  });

  test.each([
    ['the first', 'golden'],
    ['the second', 'unknown'],
    ['the end', 'done'],
    ['another', 'unknown'],
  ])('has a judged step: %s, %s', (step, kind) => {
    expect(older({ step })?.step).toEqual({ kind, words: step });
  });

  test('keeps the words of its events', () => {
    const [finding] = older()?.findings ?? [];
    expect(finding).toEqual({ kind: 'event', outcome: 'hold', event: 'other', words: 'somebody said hold' });
    expect(finding && explainFinding(finding)).toBe('somebody said hold');
  });

  test('has no order: none counts as executed', () => {
    expect(older()).not.toHaveProperty('control');
  });
});

describe('a record of a newer version', () => {
  test('keeps the code of an event that is not known here', () => {
    const findings = [{ kind: 'event', outcome: 'hold', event: 'paused-by-moon', phase: 'full' }];
    expect(parseTickRecord(stored({ findings }))?.findings).toEqual([
      { kind: 'event', outcome: 'hold', event: 'other', words: 'paused-by-moon' },
    ]);
  });

  test('keeps the words of a step whose kind is not known here', () => {
    const step = { kind: 'mirror', words: 'mirror of live' };
    expect(parseTickRecord(stored({ step, steps: [step] }))).toMatchObject({
      step: { kind: 'unknown', words: 'mirror of live' },
      steps: [{ kind: 'unknown', words: 'mirror of live' }],
    });
  });

  test('loses findings of a kind that is not known here', () => {
    const [known] = record.findings;
    const findings = [{ kind: 'drift', outcome: 'hold' }, known, 7, null, { kind: 'enough', outcome: 'maybe' }];
    expect(parseTickRecord(stored({ findings }))?.findings).toEqual([known]);
  });
});

test.each([undefined, null, 7, 'a record', [], {}, { ...record, status: 'asleep' }, { ...record, steps: undefined }])(
  'something else is no record %#',
  (json) => {
    expect(parseTickRecord(json)).toBeUndefined();
  },
);
