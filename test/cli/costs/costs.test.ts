/** The bill: its arithmetic, the facts that it takes from templates and code, and the documents that quote it. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { CloudWatchClient, type GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { LOG_BYTES, TICK } from '../../../cli/costs/bill.ts';
import { endpointFacts, type Template, TemplateError } from '../../../cli/costs/facts.ts';
import { sum } from '../../../cli/costs/line.ts';
import { inDollars, type Section, sectionMarkdown, sectionsOf, sectionTable } from '../../../cli/costs/report.ts';
import { synthesizeTemplates } from '../../../cli/costs/templates.ts';
import { Traffic } from '../../../functions/rollout/traffic.ts';
import { checkConfig } from '../../../lib/check-config.ts';
import { countEndpoint, type Deployment } from '../../../lib/config.ts';
import { deployment } from '../../../lib/endpoints.ts';

const USAGE = { pictures: 1e6, seconds: 0.1, arch: 'arm64' } as const;

function billOf(settings: Deployment): Section[] {
  const checked = checkConfig(settings);
  return sectionsOf(checked, synthesizeTemplates(checked), USAGE);
}

const CARS = { name: 'count-cars', model: 'counter-nano', labels: ['car'] } as const;
const one: Deployment = { name: 'small', endpoints: [countEndpoint({ ...CARS, memoryMb: 2048, capture: 0.5 })] };

let shipped: Section[];
let small: Section[];
let smallTemplates: ReturnType<typeof synthesizeTemplates>;
beforeAll(() => {
  shipped = billOf(deployment);
  smallTemplates = synthesizeTemplates(checkConfig(one));
  small = sectionsOf(checkConfig(one), smallTemplates, USAGE);
}, 60_000);

const costs = ({ lines }: Section) =>
  Object.fromEntries(lines.map(({ item, dollars }) => [item, Math.round(dollars * 100) / 100]));

test('a million pictures of one endpoint cost what a calculation by hand says, to the cent', () => {
  const [pictures] = small as [Section];
  expect(pictures.title).toBe('1,000,000 pictures by HTTP, 0.1 s each: count-cars');
  expect(costs(pictures)).toEqual({
    // 100,000 seconds × 2 GB = 200,000 GB-seconds at $0.0000133334.
    'Lambda: time': 2.67,
    'Lambda: invocations': 0.2,
    'HTTP API': 1,
    // 2.5 million objects at $5 a million.
    'S3: result, picture, captured input': 12.5,
    // 3.1 GB at $0.50.
    Logs: 1.55,
    // 19 at $0.30.
    Metrics: 5.7,
  });
  expect(inDollars(sum(pictures.lines))).toBe('$23.62');
});

test('a million uploads to one endpoint cost what a calculation by hand says, to the cent', () => {
  const [, uploads] = small as [Section, Section];
  expect(costs(uploads)).toEqual({
    'Lambda: time': 2.67,
    'Lambda: invocations': 0.2,
    // A million messages at $0.50, each compared with one filter: 1 GB at $0.09.
    'SNS: messages of S3': 0.5,
    'SNS: filters': 0.09,
    // Three million requests at $0.40 a million.
    'SQS, at most': 1.2,
    'S3: reads': 0.4,
    'S3: upload, result, picture, note': 17.5,
    // 2.5 GB at $0.50.
    Logs: 1.25,
    Metrics: 5.7,
  });
  expect(inDollars(sum(uploads.lines))).toBe('$29.51');
});

test('a month of compactions costs what a calculation by hand says, to the cent', () => {
  expect(small.some(({ title }) => title.startsWith('Tables'))).toBe(false);
  const { Resources } = smallTemplates.get('Platform') as Template;
  const compaction = { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 1769 } };
  const platform = { Resources: { ...Resources, TablesFunction0A1B2C3D: compaction } };
  const templates = new Map([...smallTemplates, ['Platform', platform]]);
  const tables = sectionsOf(checkConfig({ ...one, tables: true }), templates, USAGE).at(-1) as Section;
  expect(tables.title).toBe('Tables of 1,000,000 pictures of each endpoint');
  expect(costs(tables)).toEqual({
    'S3: reads of results': 0.4,
    // Results of 90 days: 2,958,904, listed by 2,959 requests in each of 30.4 nights, at $5 a million.
    'S3: lists of results': 0.45,
    'S3: files': 0,
    // 1,000 seconds × 1.73 GB at $0.0000133334.
    'Lambda: time': 0.02,
    'Step Functions': 0,
  });
});

test('a month of looks for drift costs what a calculation by hand says, to the cent', () => {
  expect(small.some(({ title }) => title.startsWith('Drift'))).toBe(false);
  const { Resources } = smallTemplates.get('CountCars') as Template;
  const monitor = { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 1769 } };
  const watched = { Resources: { ...Resources, DriftMonitorFunction0A1B2C3D: monitor } };
  const templates = new Map([...smallTemplates, ['CountCars', watched]]);
  const drift = sectionsOf(checkConfig(one), templates, USAGE).at(-1) as Section;
  expect(drift.title).toBe('Drift monitor of 1,000,000 pictures: count-cars');
  expect(costs(drift)).toEqual({
    'S3: reads of results': 0.4,
    // A thousand lists at $5 a million.
    'S3: lists of pictures': 0.01,
    // 1,000 seconds × 1.73 GB at $0.0000133334; 730 looks of six seconds.
    'Lambda: results': 0.02,
    'Lambda: looks, at most': 0.1,
    // 730 × 368 at $0.40 a million, 730 × 7 at $5 a million.
    'S3: reads of sketches, at most': 0.11,
    'S3: sketches and reports': 0.03,
    Metrics: 0.3,
  });
  expect(inDollars(sum(drift.lines))).toBe('$0.96');
});

test('an idle month and a rollout that waits cost what a calculation by hand says, to the cent', () => {
  const [, , idle, quiet, busy] = small as [Section, Section, Section, Section, Section];
  // Eleven alarms; one queue with five polls every 20 seconds: 657,000 requests at $0.40 a million.
  expect(costs(idle)).toEqual({ Alarms: 1.1, Dashboard: 3, 'SQS: polls, at most': 0.26 });
  // 730 hours with six ticks each: 4,380 ticks.
  expect(costs(quiet)).toEqual({
    'Step Functions': 0.33,
    'CloudWatch: reads': 0.83,
    Lambda: 0.03,
    'S3: reads': 0.01,
    'S3: records': 0.04,
    Metrics: 0.9,
  });
  expect(inDollars(sum(quiet.lines))).toBe('$2.14');
  // 43,800 ticks: 3.285 + 8.322 + 0.292 + 0.053 + 0.438, and ten metrics: 3.00.
  expect(inDollars(sum(busy.lines))).toBe('$15.39');
});

test('traces and the key of the alarms are billed only where the templates have them', () => {
  const traced = billOf({ ...one, tracing: true, alarmEmail: 'oncall@example.com' });
  const [pictures, , idle] = traced as [Section, Section, Section];
  expect(costs(pictures)).toMatchObject({ 'X-Ray: traces, at most': 5 });
  expect(costs(idle)).toMatchObject({ 'KMS key of the alarms': 1 });
});

test('endpoints with equal costs share a table, others have their own', () => {
  expect(shipped.map(({ title }) => title.split(': ')[1])).toContain('count-cars, count-apples, count-plants, predict');
  const two = { ...one, endpoints: [...one.endpoints, countEndpoint({ ...CARS, name: 'count-more' })] } as Deployment;
  expect(billOf(two).map(({ title }) => title.split(': ')[1])).toEqual([
    'count-cars',
    'count-more',
    'count-cars',
    'count-more',
    '2 endpoints',
    'count-cars, count-more',
    'count-cars, count-more',
  ]);
});

test('a template without its function is an error', () => {
  expect(() => endpointFacts({ Resources: {} })).toThrow(TemplateError);
  expect(() => endpointFacts({ Resources: {} })).toThrow('Expected one resource of type AWS::Lambda::Function');
});

describe('facts of the code', () => {
  test('a tick of a canary reads as many metrics as the bill says', async () => {
    const sent: number[] = [];
    const client = new CloudWatchClient({ region: 'us-east-1' });
    client.send = async ({ input }: GetMetricDataCommand) => {
      sent.push(input.MetricDataQueries?.length ?? 0);
      return { MetricDataResults: [] };
    };
    const subject = { namespace: 'small', endpoint: 'count-cars', functionName: 'cars' };
    const now = new Date('2026-11-26T12:00:00Z');
    const traffic = new Traffic(client, subject);
    const bounds = { slowerThanMs: 100, firstSlowerThanMs: 300 };
    await traffic.minutes({ live: '1', candidate: '2' }, now.getTime() / 60_000 - 30, now, bounds);
    await traffic.coldStarts('2', 3000, now);
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(TICK.metricReads);
  });

  test('a tick is as many transitions as the machine has states in its circle', () => {
    const template = synthesizeTemplates(checkConfig(one)).get('CountCars');
    const [machine] = Object.values(template?.Resources ?? {}).filter(
      ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
    );
    const definition = machine?.Properties?.DefinitionString as Joined | undefined;
    const text = definition?.['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : '')).join('');
    const { StartAt, States } = JSON.parse(text ?? '');
    const circle = [StartAt];
    for (let name = next(States[StartAt]); name !== StartAt; name = next(States[name])) circle.push(name);
    expect(circle).toHaveLength(TICK.transitions);
  });
});

interface Joined {
  readonly 'Fn::Join': [string, unknown[]];
}

/** The state after a state; after a choice that of its first branch. */
function next({ Next, Choices }: { Next?: string; Choices?: { Next: string }[] }): string {
  return Next ?? Choices?.[0]?.Next ?? '';
}

describe('documents', () => {
  test('docs/costs.md has the tables of the shipped deployment', () => {
    const document = readFileSync('docs/costs.md', 'utf8');
    for (const section of shipped) expect(document).toContain(`\n${sectionMarkdown(section)}\n`);
  });

  test('docs/costs.md says which logs a request writes', () => {
    const { metrics, entry, startAndReport, access } = LOG_BYTES;
    expect(readFileSync('docs/costs.md', 'utf8')).toContain(
      `metrics ${metrics}, entry ${entry}, start and report ${startAndReport}, access log ${access}`,
    );
  });

  test('the README quotes the sums', () => {
    const [pictures, , idle] = shipped as [Section, Section, Section];
    const about = (dollars: number) => `$${Math.round(dollars)}`;
    const s3 = costs(pictures)['S3: result, picture, captured input'] as number;
    const text = readFileSync('README.md', 'utf8').replaceAll('\n', ' ');
    expect(text).toContain(
      `One million pictures at 0.1 s each cost about ${about(sum(pictures.lines))}, ` +
        `including ${about(s3)} for S3 requests`,
    );
    expect(text).toContain(`cost about ${about(sum(idle.lines))} a month without requests`);
  });
});

const run = promisify(execFile);

test('the command prints the same tables', async () => {
  const { stdout, stderr } = await run(process.execPath, ['cli/costs.ts', '--pictures', '1e6']);
  for (const section of shipped) expect(stdout).toContain(sectionTable(section));
  expect(stderr).toContain('List prices of us-east-1');
});

test('the command refuses a number of pictures that is none', async () => {
  await expect(run(process.execPath, ['cli/costs.ts', '--pictures', '0'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Expected a number over 0, received 0.'),
  });
});
