/** The start of a version that challengers were compared for, and the deployment after that. */

import { ListExecutionsCommand, type SFNClient, type StartExecutionCommand } from '@aws-sdk/client-sfn';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { type DeployedVersion, type Request, startNewVersion } from '../../functions/rollout/start.ts';
import { aliases } from './fixtures/aliases.ts';

const { plan } = checkPlan([shadow(), canary({ percent: 10 })], { kind: 'count', capture: 1 });
const ORDINARY: DeployedVersion = {
  Machine: 'arn:machine',
  Endpoint: 'cars',
  FunctionName: 'detect',
  Version: '2',
  Plan: JSON.stringify(plan),
};
const CHOSEN = { ...ORDINARY, Judged: 'labels' };

async function start(deployed: DeployedVersion, before?: Request['before']) {
  const sent: StartExecutionCommand[] = [];
  const send = async (command: ListExecutionsCommand | StartExecutionCommand) => {
    if (command instanceof ListExecutionsCommand)
      return { executions: [{ name: 'v2-now', executionArn: 'arn:v2-now' }] };
    sent.push(command);
    return {};
  };
  const outcome = await startNewVersion(
    deployed,
    { id: 'next', ...(before && { before }) },
    {
      machines: { send } as unknown as SFNClient,
      alias: aliases().live,
      newest: aliases().live,
      candidate: {} as FunctionVersion,
      clock: { now: () => new Date('2026-11-26T12:00:00Z') },
      objects: { findJson: async () => undefined, putJson: async () => {} } as unknown as Objects,
    },
  );
  const inputs = sent.flatMap(({ input: { input } }) => (input === undefined ? [] : [JSON.parse(input)]));
  return { outcome, gates: inputs[0]?.plan[0].gates, calls: sent.length };
}

test('agreement with live is not judged', async () => {
  const { outcome, gates } = await start(CHOSEN);
  expect(outcome).toBe('rollout started');
  expect(gates).toMatchObject({ agreement: false, countError: false, errorRate: { margin: 0.05 } });
});

test('without the proof it is', async () => {
  expect((await start(ORDINARY)).gates).toMatchObject({ agreement: { margin: 0.1 }, countError: { margin: 0.09 } });
});

test('the deployment after that, which does not name the proof, leaves the rollout alone', async () => {
  expect(await start(ORDINARY, CHOSEN)).toEqual({ outcome: 'no change', gates: undefined, calls: 0 });
});

test.each([
  ['another version', { ...ORDINARY, Version: '3' }, CHOSEN],
  ['another plan', { ...ORDINARY, Plan: JSON.stringify(plan?.slice(1)) }, CHOSEN],
  ['a proof of the same version', CHOSEN, ORDINARY],
])('%s starts a rollout', async (_, deployed, before) => {
  expect(await start(deployed, before)).toMatchObject({ outcome: 'rollout started', calls: 2 });
});
