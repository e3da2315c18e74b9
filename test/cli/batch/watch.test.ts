/** A job is watched whose version was deleted meanwhile. */

import { ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { watchCommand } from '../../../cli/batch/commands/watch.ts';
import { type DeployedBatch, pinVersion } from '../../../cli/batch/deployed-batch.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';

const input = { job: 'monday-v7', source: 'list', bucket: 'photos', key: 'in/', version: '7' };
const execution = {
  input: JSON.stringify(input),
  status: 'SUCCEEDED',
  startDate: new Date(0),
  stopDate: new Date(9000),
};
const deleted = new ResourceNotFoundException({ message: 'Function not found', $metadata: {} });
const deployed = {
  functionName: 'cars',
  batchMachine: 'arn:aws:states:us-east-1:000000000000:stateMachine:cars',
  lambda: { send: () => Promise.reject(deleted) },
  machines: { send: async (command: unknown) => (command instanceof DescribeExecutionCommand ? execution : {}) },
} as unknown as DeployedBatch;

test('is shown, and refused only where the version was given', async () => {
  const printed: string[] = [];
  const terminal = { print: (text: string) => printed.push(text) } as unknown as Terminal;
  expect(await watchCommand(deployed, { job: 'monday-v7' }, terminal)).toBe(0);
  expect(printed).toEqual([expect.stringContaining('monday-v7: done')]);
  await expect(pinVersion(deployed, '7')).rejects.toThrow('Expected a published version for --version, received 7');
});
