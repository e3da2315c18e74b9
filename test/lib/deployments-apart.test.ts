/** Two deployments in one account and region share no metric. */

import { ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

let both: readonly [Synthesis, Synthesis];
beforeAll(() => {
  both = [synthesize({ ...ONE_ENDPOINT, name: 'staging' }), synthesize({ ...ONE_ENDPOINT, name: 'production' })];
}, 120_000);

/** Metrics of a stack's alarms that the deployment's own functions write. */
function ownMetrics(synthesis: Synthesis, stack: string) {
  return synthesis
    .resources(stack, 'AWS::CloudWatch::Alarm')
    .map(({ Properties: { Namespace, MetricName, Dimensions } }) => ({ Namespace, MetricName, Dimensions }))
    .filter(({ Namespace }) => !String(Namespace).startsWith('AWS/'));
}

test('their alarms watch different metrics, each of its own function', () => {
  const [staging = [], production = []] = both.map((synthesis) => ownMetrics(synthesis, 'CountCars'));
  expect(staging.map(({ MetricName }) => MetricName)).toEqual(['RolloutWaits', 'RolloutBack']);
  for (const { Namespace, Dimensions } of staging) {
    expect(Namespace).toBe('MlDeployment/staging');
    expect(Dimensions).toContainEqual({ Name: 'function', Value: { Ref: expect.stringMatching(/^DetectorFunction/) } });
  }
  for (const { Namespace } of production) expect(Namespace).toBe('MlDeployment/production');
});

test('their functions write different metrics', () => {
  const namespaces = both.map((synthesis) =>
    synthesis
      .resources('CountCars', 'AWS::Lambda::Function')
      .flatMap(({ Properties }) => Properties.Environment.Variables.POWERTOOLS_METRICS_NAMESPACE ?? []),
  );
  expect(namespaces).toEqual([
    ['MlDeployment/staging', 'MlDeployment/staging'],
    ['MlDeployment/production', 'MlDeployment/production'],
  ]);
});

test('their dashboards show different metrics', () => {
  const [staging = '', production = ''] = both.map((synthesis) => synthesis.text('Platform'));
  expect(staging).toContain('MlDeployment/staging');
  expect(staging).not.toContain('MlDeployment/production');
  expect(production).not.toContain('MlDeployment/staging');
});
