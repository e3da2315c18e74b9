import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { argumentsOf } from '../../../cli/ci/release/deploy.ts';
import { endpointsIn, publishedVersion, readRelease } from '../../../cli/ci/release/released.ts';
import type { Connection } from '../../../cli/rollout/connection.ts';

const work = mkdtempSync(join(tmpdir(), 'released-'));
afterAll(() => rmSync(work, { recursive: true }));

/** Writes an assembly with these stacks: resources by the id of the stack. */
function assembly(stacks: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(join(work, 'assembly-'));
  const artifacts = Object.entries(stacks).map(([id, Resources]) => {
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ Resources }));
    return [
      id,
      { type: 'aws:cloudformation:stack', properties: { templateFile: `${id}.json`, stackName: `shop-${id}` } },
    ];
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: Object.fromEntries(artifacts) }));
  return folder;
}

const start = { Endpoint: 'count-cars', Version: { 'Fn::GetAtt': ['Version5c0ffee', 'Version'] } };
const cars = { Start: { Type: 'Custom::Rollout', Properties: start } };
const [endpoint] = endpointsIn(assembly({ Platform: {}, CountCars: cars })).endpoints;

function stackWith(answer: () => object): Connection {
  return { stacks: { send: async () => answer() } } as unknown as Connection;
}

function refusal(message: string): never {
  throw new CloudFormationServiceException({ name: 'ValidationError', message, $fault: 'client', $metadata: {} });
}

test('an assembly names its endpoints with the versions that they publish', () => {
  expect(endpointsIn(assembly({ Platform: {}, CountCars: cars }))).toEqual({
    platform: 'shop-Platform',
    endpoints: [{ name: 'count-cars', stack: 'shop-CountCars', version: 'Version5c0ffee' }],
  });
  expect(() => endpointsIn(assembly({ Other: {} }))).toThrow(/^Expected stacks of endpoints in .*, received 1 others$/);
});

test('the number of the version ends its ARN in the stack', async () => {
  const PhysicalResourceId = 'arn:aws:lambda:us-east-1:111122223333:function:shop-CountCars-D:7';
  const connection = stackWith(() => ({ StackResourceDetail: { PhysicalResourceId } }));
  expect(await publishedVersion(connection, endpoint as never)).toBe('7');
});

test('a stack that a newer deployment has changed is an error; other errors stay', async () => {
  const replaced = stackWith(() => refusal('Resource Version5c0ffee does not exist for stack shop-CountCars'));
  await expect(publishedVersion(replaced, endpoint as never)).rejects.toThrow(
    'Expected the stack shop-CountCars with the version of this assembly, received another one: count-cars is not ' +
      'deployed, or a newer deployment has replaced it',
  );
  const throttled = stackWith(() => refusal('Rate exceeded'));
  await expect(publishedVersion(throttled, endpoint as never)).rejects.toThrow('Rate exceeded');
});

test('without a deployment there is nothing to wait for', () => {
  expect(() => readRelease(join(work, 'none.json'))).toThrow(
    `Expected the versions to wait for in ${join(work, 'none.json')}; first run: npm run ci -- deploy`,
  );
});

test('an assembly goes to AWS as the app of the CDK, which synthesizes nothing, and to the emulator as it is', () => {
  expect(argumentsOf({ home: '/home' }, '/a')).toEqual(['--app', '/a', '--require-approval', 'never']);
  expect(argumentsOf({ local: true, home: '/home', port: '9' }, '/a')).toEqual([
    '--local',
    '--home',
    '/home',
    '--port',
    '9',
    '--assembly',
    '/a',
  ]);
});
