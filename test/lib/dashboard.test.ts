import { arch } from 'node:os';
import { countEndpoint } from '../../lib/config.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

/** A graph of the dashboard's body. */
interface Graph {
  readonly type: string;
  readonly x: number;
  readonly width: number;
  readonly properties: { readonly title?: string; readonly metrics?: readonly (readonly unknown[])[] };
}

let graphs: Graph[];
beforeAll(() => {
  graphs = graphsOf(
    synthesize({ ...ONE_ENDPOINT, endpoints: [countEndpoint({ ...CARS, memoryMb: 2048, capture: 0.5 })] }),
  );
}, 60_000);

/** Because the body is JSON with references, it is a join of pieces; `word` replaces each reference. */
function graphsOf(synthesis: Synthesis): Graph[] {
  const { DashboardBody } = synthesis.resource('Platform', 'AWS::CloudWatch::Dashboard').Properties;
  const pieces = DashboardBody['Fn::Join'][1].map((piece: unknown) => (typeof piece === 'string' ? piece : 'word'));
  return JSON.parse(pieces.join('')).widgets.filter(({ type }: Graph) => type === 'metric');
}

/** Names of a graph's metrics with their dimensions, and its expressions. */
function queryOf(title: string): string {
  const graph = graphs.find(({ properties }) => properties.title?.startsWith(title));
  const parts = (graph?.properties.metrics ?? []).flat();
  return parts
    .map((part) => (typeof part === 'string' ? part : (part as { expression?: string }).expression))
    .join(' ');
}

test('each row has the full width of the dashboard', () => {
  const ends = graphs.map(({ x, width }) => x + width);
  expect(Math.max(...ends)).toBe(24);
  expect(graphs.filter(({ x }) => x === 0)).toHaveLength(3);
});

test.each([
  [
    'Requests by version',
    '{"MlDeployment/small",service,function,version} MetricName="Predictions" service="count-cars"',
  ],
  ['Failed by version', 'MetricName="Failures"'],
  ['Time in the function', 'RequestDuration service count-cars'],
  ['Time by step', 'Infer service count-cars'],
  ['Disagreement', '{"MlDeployment/small",service,function} MetricName="RolloutDisagreement" service="count-cars"'],
  ['Rollout', 'MetricName="RolloutWaits" service="count-cars"'],
  ['Uploads waiting', 'MetricName="ApproximateAgeOfOldestMessage" QueueName=small QueueName=CountCars'],
])('the query of the graph %s', (title, part) => {
  expect(queryOf(title)).toContain(part);
});

test('the cost of an hour is the sum for milliseconds and requests', () => {
  const [, perMs, perRequest] =
    /^\(milliseconds \* ([\d.]+) \+ requests \* ([\d.]+)\) \/ 1000000/.exec(queryOf('Cost')) ?? [];
  // 2 GB at the price per GB-second; an invocation, a call, and the PUTs of two and a half objects.
  const gbSecond = arch() === 'arm64' ? 0.0000133334 : 0.0000166667;
  expect(Number(perMs)).toBeCloseTo(1e6 * 0.001 * 2 * gbSecond, 6);
  expect(Number(perRequest)).toBeCloseTo(0.2 + 1 + 2.5 * 5, 6);
});
