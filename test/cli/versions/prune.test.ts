/** Versions by Lambda's own client, in pages, from the emulator's control plane. */

import { LambdaClient } from '@aws-sdk/client-lambda';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { planPrune } from '../../../cli/versions/plan.ts';
import { dryRun, prune } from '../../../cli/versions/prune.ts';
import { readVersions } from '../../../cli/versions/reading.ts';
import { Alias } from '../../../functions/platform/alias.ts';
import type { EndpointClients } from '../../../functions/standing/clients.ts';
import { lambdaApi } from '../../../local/lambda/api.ts';
import type { FunctionConfig } from '../../../local/lambda/function-types.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import type { Lambda } from '../../../local/lambda/invoker.ts';
import { inProcess } from '../../local/fixtures/in-process.ts';

const CONFIG: FunctionConfig = {
  name: 'detect',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  code: '/code',
  codeSha256: 'a',
  layers: [],
  environment: {},
  memoryMb: 128,
  timeoutSeconds: 3,
  architecture: 'arm64',
  role: 'role',
  description: '',
  logFormat: 'JSON',
};

/** A function with 120 versions, more than two pages: 117 live with a note, 118 rolled out, 120 the newest. */
function deployed(): { functions: Functions; clients: EndpointClients } {
  const functions = new Functions('arn:aws:lambda:us-east-1:000000000000');
  for (let version = 1; version <= 120; version += 1) {
    functions.define({ ...CONFIG, codeSha256: String(version) });
    functions.publish('detect');
  }
  const note = { previous: '110', rollout: '118', by: 'rollout', at: '2026-11-26T12:00:00Z' };
  const description = JSON.stringify(note);
  functions.setAlias('detect', 'live', { version: '117', weights: { '118': 0.1 }, description });
  functions.setAlias('detect', 'candidate', { version: '120' });
  for (let own = 1; own <= 60; own += 1) functions.setAlias('detect', `own-${own}`, { version: String(own) });
  const lambda = new LambdaClient(inProcess(lambdaApi({ functions } as Lambda)));
  const input = JSON.stringify({ functionName: 'detect', state: { live: '90', candidate: '95' } });
  const machines = {
    send: async ({ constructor: { name } }: object) =>
      name === 'ListExecutionsCommand'
        ? { executions: [{ executionArn: 'a', status: 'SUCCEEDED' }] }
        : { name: 'v95-a', status: 'SUCCEEDED', input },
  } as unknown as SFNClient;
  const live = new Alias(lambda, 'detect', 'live');
  const clients = { endpoint: 'cars', functionName: 'detect', lambda, machines, live } as EndpointClients;
  return { functions, clients };
}

const numbers = (functions: Functions) => functions.listVersions('detect').map(({ version }) => version);

test('everything that refers to a version is read, in all pages', async () => {
  const { clients } = deployed();
  const { publishedAt, ...use } = await readVersions(clients);
  expect(use.published).toEqual(Array.from({ length: 120 }, (_, index) => String(index + 1)));
  expect(use.aliases).toHaveLength(62);
  expect(use.aliases.find(({ name }) => name === 'live')?.versions).toEqual([
    { version: '117', percent: 90 },
    { version: '118', percent: 10 },
  ]);
  expect(use).toMatchObject({ live: '117', note: { previous: '110', rollout: '118' } });
  expect(use.rollout).toEqual({ candidate: '95', stable: '90', isRunning: false });
  expect(publishedAt.get('120')).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('prune deletes what nothing needs; a dry run deletes nothing', async () => {
  const { clients, functions } = deployed();
  const plan = planPrune(await readVersions(clients), 2);
  expect(dryRun(plan).filter(({ outcome }) => outcome === 'unused')).toHaveLength(52);
  expect(numbers(functions)).toHaveLength(121);
  const pruned = await prune(clients, plan);
  expect(pruned.map(({ version }) => version)).toEqual(plan.map(({ version }) => version));
  expect(pruned.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(52);
  const own = Array.from({ length: 60 }, (_, index) => String(index + 1));
  expect(numbers(functions)).toEqual(['$LATEST', ...own, '90', '95', '110', '116', '117', '118', '119', '120']);
});

test('Lambda refuses a version that an alias names meanwhile; one that is gone is deleted; others go on', async () => {
  const { clients, functions } = deployed();
  const plan = planPrune(await readVersions(clients), 2);
  functions.setAlias('detect', 'late', { version: '70' });
  functions.removeVersion('detect', '71');
  const pruned = await prune(clients, plan);
  const of = (wanted: string) => pruned.find(({ version }) => version === wanted);
  expect(of('70')).toEqual({
    version: '70',
    outcome: 'refused',
    why: ['ResourceConflictException: Version 70 cannot be deleted because it is referenced by aliases: late'],
  });
  expect(of('71')).toEqual({ version: '71', outcome: 'deleted', why: [] });
  expect(of('72')).toEqual({ version: '72', outcome: 'deleted', why: [] });
});

test('a deletion that fails is told, and stops no other one', async () => {
  const { clients, functions } = deployed();
  const plan = planPrune(await readVersions(clients), 2);
  const send = clients.lambda.send.bind(clients.lambda);
  clients.lambda.send = (async (command: { input: { Qualifier?: string } }) => {
    if (command.input.Qualifier === '80') throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    return send(command as never);
  }) as never;
  const pruned = await prune(clients, plan);
  expect(pruned.filter(({ outcome }) => outcome === 'failed')).toEqual([
    { version: '80', outcome: 'failed', why: ['Throttling: Rate exceeded'] },
  ]);
  expect(numbers(functions)).toContain('80');
  expect(numbers(functions)).not.toContain('79');
});

test('$LATEST and a version that does not exist are no versions to delete', () => {
  const { functions } = deployed();
  expect(() => functions.deleteVersion('detect', '$LATEST')).toThrow('Expected a published version for Qualifier');
  expect(() => functions.deleteVersion('detect', '900')).toThrow('Function not found');
});
