import type { GoldenAnswer, Invocation } from '../../functions/api/events.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { goldenResult } from '../../functions/rollout/golden-gate.ts';

const car = { label: 'car', confidence: 0.8, box: { x: 0, y: 0, width: 100, height: 100 } };

/** The answer of a version with these models about one of them. */
function answered(model: string, { models = [model], found = [car] } = {}): Invocation<GoldenAnswer> {
  const finding = { model, picture: 'cars.jpg', expected: [car], found, tolerance: { confidence: 0.05, iou: 0.5 } };
  return { ok: true, answer: { function_version: '2', models, findings: [finding] } };
}

const CRASH: Invocation<GoldenAnswer> = { ok: false, failure: 'Runtime.ExitError: signal: killed' };

/** A version with these answers in order, and the models that it was invoked for. */
function versionWith(...answers: readonly Invocation<GoldenAnswer>[]) {
  const left = [...answers];
  const invoked: (string | undefined)[] = [];
  const golden = async (model?: string) => {
    invoked.push(model);
    return left.shift() as Invocation<GoldenAnswer>;
  };
  return { version: { golden } as unknown as FunctionVersion, invoked };
}

test('each model has an invocation of its own, the first one without a name', async () => {
  const models = ['nano', 'large', 'huge'];
  const { version, invoked } = versionWith(...models.map((model) => answered(model, { models })));
  expect(await goldenResult(version)).toEqual({ passed: true, pictures: 3 });
  expect(invoked).toEqual([undefined, 'large', 'huge']);
});

test('an unexpected detection of the last model fails the gate', async () => {
  const models = ['nano', 'large'];
  const { version } = versionWith(answered('nano', { models }), answered('large', { models, found: [] }));
  expect(await goldenResult(version)).toMatchObject({
    passed: false,
    failure: { kind: 'different', pictures: [{ model: 'large', picture: 'cars.jpg' }] },
  });
});

test('a version is invoked again after one function error', async () => {
  const { version, invoked } = versionWith(CRASH, answered('nano'));
  expect(await goldenResult(version)).toEqual({ passed: true, pictures: 1 });
  expect(invoked).toEqual([undefined, undefined]);
});

test('a version that fails twice does not pass, whichever model fails', async () => {
  const { version, invoked } = versionWith(answered('nano', { models: ['nano', 'large'] }), CRASH, CRASH);
  const failure = { kind: 'error', error: 'Runtime.ExitError: signal: killed' };
  expect(await goldenResult(version)).toEqual({ passed: false, failure });
  expect(invoked).toEqual([undefined, 'large', 'large']);
});

test('an older version answers for all its models at once', async () => {
  const { answer } = answered('nano') as { answer: GoldenAnswer };
  const { models: _, ...older } = answer;
  const { version, invoked } = versionWith({ ok: true, answer: older });
  expect(await goldenResult(version)).toEqual({ passed: true, pictures: 1 });
  expect(invoked).toEqual([undefined]);
});
