/**
 * Checks what `ministack.sh` has deployed since the first version of count-cars.
 *
 *   node test/deploy/releases.ts second | failed | again
 */

import assert from 'node:assert/strict';
import { DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { connect } from '../../cli/rollout/connection.ts';
import { findEndpoint, stackStatus } from '../../cli/rollout/deployed-endpoint.ts';
import { publishedVersions } from '../../cli/rollout/versions.ts';
import { KEYS } from '../../functions/contract.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { deployment } from '../../lib/endpoints.ts';
import { eventually, step } from './step.ts';

const STACK = `${deployment.name}-CountCars`;
const connection = connect({ home: '' });
const endpoint = await findEndpoint(connection, deployment.name, 'count-cars');

const STAGES: Readonly<Record<string, () => Promise<void>>> = { second, failed, again };
await STAGES[process.argv[2] ?? '']?.();

async function second(): Promise<void> {
  await step('version 2 is published, and live stays', () => versionsAre(['1', '2']));
  await step('the rollout of version 2 runs its first tick', () => hasFirstTick('2'));
}

async function failed(): Promise<void> {
  await step('the failed update is undone, and its version deleted', async () => {
    assert.equal(await stackStatus(connection, deployment.name, 'count-cars'), 'UPDATE_ROLLBACK_COMPLETE');
    assert.match(await failureOf('Clash'), /already exists/);
    await versionsAre(['1', '2']);
  });
  await step('no rollout runs any more', async () => assert.deepEqual(await executions('RUNNING'), []));
}

async function again(): Promise<void> {
  await step('the next version is 4, because Lambda gives no number twice; live stays', () =>
    versionsAre(['1', '2', '4']),
  );
  await step('the rollout of version 4 runs its first tick', () => hasFirstTick('4'));
  await step('the rollouts of versions 2 and 3 were stopped', async () => {
    const stopped = (await executions('ABORTED')).map((name) => name.split('-')[0]);
    assert.deepEqual(stopped.filter((name) => /^v\d+$/.test(name ?? '')).toSorted(), ['v2', 'v3']);
  });
}

/** Published versions, of which the last is candidate and the first is live. */
async function versionsAre(expected: readonly string[]): Promise<void> {
  assert.deepEqual(await publishedVersions(endpoint), expected);
  const [live, candidate] = await Promise.all([endpoint.live.read(), endpoint.newest.read()]);
  assert.deepEqual(live.routing, { version: '1' });
  assert.deepEqual(candidate.routing, { version: expected.at(-1) });
}

async function hasFirstTick(version: string): Promise<void> {
  const [name = '', ...others] = await executions('RUNNING');
  assert.deepEqual(others, []);
  assert.match(name, new RegExp(`^v${version}-`));
  const key = `${KEYS.audits(recordsFolder(endpoint, name))}000001.json`;
  const found = await eventually(key, () => endpoint.objects.findJson(key));
  const record = found as TickRecord;
  assert.equal(record.version, version);
  assert.deepEqual(record.findings?.[0], { kind: 'event', outcome: 'promote', event: 'golden-passed', pictures: 4 });
  assert.equal(record.traffic, 'version 1: 100 %');
}

/** Names, newest first. */
async function executions(statusFilter: 'RUNNING' | 'ABORTED'): Promise<string[]> {
  const command = new ListExecutionsCommand({ stateMachineArn: endpoint.machine, statusFilter });
  return ((await connection.machines.send(command)).executions ?? []).map(({ name = '' }) => name);
}

async function failureOf(logicalId: string): Promise<string> {
  const { StackEvents = [] } = await connection.stacks.send(new DescribeStackEventsCommand({ StackName: STACK }));
  const failure = StackEvents.find((event) => {
    return event.LogicalResourceId === logicalId && event.ResourceStatus?.endsWith('_FAILED');
  });
  return failure?.ResourceStatusReason ?? '';
}
