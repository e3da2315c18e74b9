/** Deployments that fail, are repeated or are undone: what templates keep, retry and never change. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TICKS_PER_EXECUTION } from '../../functions/rollout/start.ts';
import { countEndpoint } from '../../lib/config.ts';
import { deployment } from '../../lib/endpoints.ts';
import { Clock } from '../../local/clock.ts';
import { LambdaError } from '../../local/lambda/function-types.ts';
import type { Lambda } from '../../local/lambda/invoker.ts';
import { machinesOf } from '../local/states/state-machines.ts';
import { CARS, ONE_ENDPOINT, STACKS, type Synthesis, synthesize } from './synthesis.ts';

let shipped: Synthesis;
let small: Synthesis;
beforeAll(() => {
  shipped = synthesize(deployment);
  small = synthesize(ONE_ENDPOINT);
}, 120_000);

describe('versions and the alias live', () => {
  test.each(STACKS)('%s: a version is retained, but not where its own deployment fails', (stack) => {
    const { DeletionPolicy, UpdateReplacePolicy } = shipped.resource(stack, 'AWS::Lambda::Version');
    expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test.each(STACKS)('%s: an upgrade of the CDK, which changes the ids of versions, changes the function', (stack) => {
    const { version } = JSON.parse(readFileSync('node_modules/aws-cdk-lib/package.json', 'utf8'));
    const { Environment } = shipped.resource(stack, 'AWS::Lambda::Function', /^Detector/).Properties;
    expect(Environment.Variables.CDK_LIB_VERSION).toBe(version);
  });

  test.each([
    ['memory', countEndpoint({ ...CARS, memoryMb: 2048 })],
    ['reserved concurrency', countEndpoint({ ...CARS, reservedConcurrency: 9 })],
    ['timeout', countEndpoint({ ...CARS, timeoutSeconds: 20 })],
    ['threshold', countEndpoint({ ...CARS, confidence: 0.6 })],
    ['human answers', countEndpoint({ ...CARS, answeredBy: 'human' })],
  ])('no setting changes a property of live, which would set it to version 1: %s', (_, endpoint) => {
    const live = (synthesis: Synthesis) => synthesis.resource('CountCars', 'AWS::Lambda::Alias', /Live/);
    const other = live(synthesize({ ...ONE_ENDPOINT, endpoints: [endpoint], alarmEmail: 'oncall@example.com' }));
    expect(Object.keys(other.Properties).toSorted()).toEqual(['FunctionName', 'FunctionVersion', 'Name']);
    expect([other.id, other.Properties]).toEqual([live(small).id, live(small).Properties]);
  });
});

describe('protection of stacks', () => {
  const protectedStacks = ({ folder }: Synthesis) => {
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    return Object.entries(artifacts as Record<string, { properties: { terminationProtection?: boolean } }>)
      .filter(([, { properties }]) => properties?.terminationProtection)
      .map(([id]) => id);
  };

  test('every stack is protected from being deleted, unless the settings say otherwise', () => {
    expect(protectedStacks(small).toSorted()).toEqual(['CountCars', 'Platform']);
    expect(protectedStacks(synthesize({ ...ONE_ENDPOINT, terminationProtection: false }))).toEqual([]);
  });
});

interface State {
  readonly Type: string;
  readonly Retry?: readonly { readonly ErrorEquals: string[]; readonly MaxAttempts: number }[];
}

/** The definition, with names in the place of ARNs. */
function definitionOf(synthesis: Synthesis, stack: string): { States: Record<string, State> } {
  const { DefinitionString } = synthesis.resource(stack, 'AWS::StepFunctions::StateMachine').Properties;
  const parts: unknown[] = DefinitionString['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:f')).join(''));
}

describe('the state machine', () => {
  test.each(STACKS)('%s: its log has a name of its own in /aws/vendedlogs/states/', (stack) => {
    const groups = shipped
      .resources(stack, 'AWS::Logs::LogGroup')
      .flatMap(({ Properties: { LogGroupName } }) => (LogGroupName === undefined ? [] : [LogGroupName]));
    const stackIdParts = { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] };
    expect(groups).toEqual([
      { 'Fn::Join': ['', [`/aws/vendedlogs/states/ml-deployment-${stack}-`, { 'Fn::Select': [2, stackIdParts] }]] },
    ]);
  });

  test.each(STACKS)('%s: every task is retried, after every error', (stack) => {
    const tasks = Object.values(definitionOf(shipped, stack).States).filter(({ Type }) => Type === 'Task');
    expect(tasks).toHaveLength(2);
    for (const { Retry = [] } of tasks) expect(Retry.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });

  test('an execution hands over before Step Functions ends it, even if every tick is retried twice', () => {
    const [tick, abandon] = ['Tick', 'Abandon'].map((name) => definitionOf(small, 'CountCars').States[name]);
    const retries = [tick, abandon].flatMap(({ Retry = [] } = { Type: '' }) => Retry.map((each) => each.MaxAttempts));
    const last = retries.reduce((sum, each) => sum + each, 0);
    // Nine events for a tick, three for a retry.
    expect(TICKS_PER_EXECUTION * (9 + 2 * 3) + last * 3).toBeLessThan(25_000);
  });

  /** Runs the machine with a rollout function whose n-th invocation is `answer(n, kind)`. */
  async function run(answer: (n: number, kind: string) => object) {
    const kinds: string[] = [];
    const invoke = async (_: string, payload: string) => {
      const { kind } = JSON.parse(payload);
      kinds.push(kind);
      return { failed: false, payload: JSON.stringify(answer(kinds.length, kind)) };
    };
    const machines = machinesOf({ lambda: { invoke } as unknown as Lambda, clock: new Clock(1e7) });
    machines.define('arn:machine', JSON.stringify(definitionOf(small, 'CountCars')));
    const execution = machines.start('arn:machine', '{}');
    while (execution.status === 'RUNNING') await setTimeout(5);
    return { execution, kinds };
  }

  const throttled = () => {
    throw new LambdaError('TooManyRequestsException', 429, 'Rate Exceeded.');
  };
  const crashed = () => {
    throw new LambdaError('ServiceException', 500, 'broken');
  };

  test('a tick that is throttled for twenty minutes does not end the rollout', async () => {
    const { execution, kinds } = await run((n) => (n <= 25 ? throttled() : { next: 'succeed' }));
    expect(execution.status).toBe('SUCCEEDED');
    expect(new Set(kinds)).toEqual(new Set(['tick']));
  });

  test('a function that fails for hours withdraws the share of the candidate in the end, and says so', async () => {
    const cause = 'the share was withdrawn';
    const { execution, kinds } = await run((n) => (n <= 60 ? crashed() : { cause }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ControllerFailed', cause });
    expect(kinds.filter((kind) => kind === 'abandon').length).toBeGreaterThan(40);
  });

  test('where the share could not be withdrawn, the execution says so', async () => {
    const { execution, kinds } = await run(crashed);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ControllerFailed' });
    expect(execution.cause).toMatch(/could not be withdrawn.*rollback count-cars/);
    expect(kinds.length).toBeGreaterThan(500);
  });
});
