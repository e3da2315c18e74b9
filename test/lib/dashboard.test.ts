import { arch } from 'node:os';
import { countEndpoint } from '../../lib/config.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

/** What CloudWatch gets of a graph. */
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

/** The body is JSON with references in it, so a join of pieces; a reference stands for some word. */
function graphsOf(synthesis: Synthesis): Graph[] {
  const { DashboardBody } = synthesis.resource('Platform', 'AWS::CloudWatch::Dashboard').Properties;
  const pieces = DashboardBody['Fn::Join'][1].map((piece: unknown) => (typeof piece === 'string' ? piece : 'word'));
  return JSON.parse(pieces.join('')).widgets.filter(({ type }: Graph) => type === 'metric');
}

/** What a graph asks CloudWatch: names of metrics with their dimensions, and expressions. */
function askedBy(title: string): string {
  const graph = graphs.find(({ properties }) => properties.title?.startsWith(title));
  const parts = (graph?.properties.metrics ?? []).flat();
  return parts
    .map((part) => (typeof part === 'string' ? part : (part as { expression?: string }).expression))
    .join(' ');
}

test('each row is as wide as the page', () => {
  const ends = graphs.map(({ x, width }) => x + width);
  expect(Math.max(...ends)).toBe(24);
  expect(graphs.filter(({ x }) => x === 0)).toHaveLength(3);
});

test.each([
  ['Requests by version', '{MlDeployment,service,version} MetricName="Predictions" service="count-cars"'],
  ['Failed by version', 'MetricName="Failures"'],
  ['Time in the function', 'RequestDuration service count-cars'],
  ['Time by step', 'Infer service count-cars'],
  ['Agreement', 'RolloutAgreement service count-cars'],
  ['Rollout', 'RolloutWaits service count-cars'],
  ['Uploads waiting', 'MetricName="ApproximateAgeOfOldestMessage" QueueName=small QueueName=CountCars'],
])('%s: what is asked of CloudWatch', (title, part) => {
  expect(askedBy(title)).toContain(part);
});

test('the cost of an hour is that of its milliseconds and its requests', () => {
  const [, perMs, perRequest] =
    /^\(milliseconds \* ([\d.]+) \+ requests \* ([\d.]+)\) \/ 1000000/.exec(askedBy('Cost')) ?? [];
  // 2 GB at the price of a GB-second here; an invocation, a call, and two and a half PUTs.
  const gbSecond = arch() === 'arm64' ? 0.0000133334 : 0.0000166667;
  expect(Number(perMs)).toBeCloseTo(1e6 * 0.001 * 2 * gbSecond, 6);
  expect(Number(perRequest)).toBeCloseTo(0.2 + 1 + 2.5 * 5, 6);
});
