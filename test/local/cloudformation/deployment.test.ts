/** Changes of a deployment: created, updated, kept and removed resources. */

import type { Resource, Stack, Template } from '../../../local/cloudformation/assembly.ts';
import { Deployment } from '../../../local/cloudformation/deployment.ts';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';
import { Stacks } from '../../../local/cloudformation/stacks.ts';
import { Database } from '../../../local/storage/database.ts';

/** A deployment of one resource type that records its calls. */
function recorder(): { deployment: Deployment; log: string[] } {
  const log: string[] = [];
  const type: ResourceType = {
    apply: ({ name }, { logicalId, previous }) => {
      log.push(`${previous ? 'update' : 'create'} ${logicalId} ${name}`);
      if (name === 'broken') throw new Error('cannot be created');
      return { ref: `ref-${logicalId}`, attributes: { Name: name } };
    },
    remove: (_, { logicalId }) => {
      log.push(`remove ${logicalId}`);
    },
  };
  return { deployment: new Deployment(() => type, new Stacks(new Database())), log };
}

const thing = (name: unknown, more: Partial<Resource> = {}): Resource => ({
  Type: 'Thing',
  Properties: { name },
  ...more,
});

function stack(
  Resources: Record<string, Resource>,
  more: Partial<Stack> & { outputs?: Template['Outputs'] } = {},
): Stack {
  const { outputs = {}, ...rest } = more;
  return { name: 'S', template: { Resources, Outputs: outputs ?? {} }, dependencies: [], assets: new Map(), ...rest };
}

test('resources are created after those that they refer to or depend on', async () => {
  const { deployment, log } = recorder();
  await deployment.apply([
    stack({
      A: thing({ 'Fn::GetAtt': ['B', 'Name'] }),
      B: thing('b', { DependsOn: 'C' }),
      C: thing('c'),
    }),
  ]);
  expect(log).toEqual(['create C c', 'create B b', 'create A b']);
});

test('a second deployment updates changed resources and those that follow from them', async () => {
  const { deployment, log } = recorder();
  await deployment.apply([stack({ A: thing('a'), B: thing({ 'Fn::GetAtt': ['A', 'Name'] }), C: thing('c') })]);
  log.length = 0;
  expect(
    await deployment.apply([stack({ A: thing('a'), B: thing({ 'Fn::GetAtt': ['A', 'Name'] }), C: thing('c') })]),
  ).toEqual([]);
  const changes = await deployment.apply([
    stack({ A: thing('new'), B: thing({ 'Fn::GetAtt': ['A', 'Name'] }), C: thing('c') }),
  ]);
  expect(log).toEqual(['update A new', 'update B new']);
  expect(changes.map(({ what, logicalId }) => `${what} ${logicalId}`)).toEqual(['updated A', 'updated B']);
});

test('resources that left the template are removed in the opposite order, unless they are retained', async () => {
  const { deployment, log } = recorder();
  await deployment.apply([
    stack({ A: thing('a'), B: thing({ Ref: 'A' }), C: thing('c', { DeletionPolicy: 'Retain' }) }),
  ]);
  log.length = 0;
  const changes = await deployment.apply([stack({})]);
  expect(log).toEqual(['remove B', 'remove A']);
  expect(changes.map(({ what, logicalId }) => `${what} ${logicalId}`)).toEqual(['kept C', 'removed B', 'removed A']);
  expect(await deployment.apply([])).toEqual([]);
});

test('a stack that left the assembly stays until it is deleted', async () => {
  const { deployment, log } = recorder();
  const other = { X: thing('x'), Y: thing({ Ref: 'X' }), Z: thing('z', { DeletionPolicy: 'Retain' }) };
  await deployment.apply([stack({ A: thing('a') }), stack(other, { name: 'T' })]);
  log.length = 0;
  expect(await deployment.apply([stack({ A: thing('a') })])).toEqual([]);
  expect([...deployment.stacks().keys()]).toEqual(['S', 'T']);
  const changes = await deployment.delete('T');
  expect(log).toEqual(['remove Y', 'remove X']);
  expect(changes.map(({ what, logicalId }) => `${what} ${logicalId}`)).toEqual(['kept Z', 'removed Y', 'removed X']);
  expect([...deployment.stacks().keys()]).toEqual(['S']);
  expect(await deployment.delete('T')).toEqual([]);
});

test('a deployment sets the termination protection of its stacks', async () => {
  const { deployment } = recorder();
  const isProtected = (terminationProtection: boolean) =>
    deployment.apply([stack({ A: thing('a') }, { terminationProtection })]).then(() => deployment.isProtected('S'));
  expect([await isProtected(true), await isProtected(false)]).toEqual([true, false]);
});

test('values go from one stack to another by outputs', async () => {
  const { deployment, log } = recorder();
  const outputs = { Out: { Value: { Ref: 'A' } } };
  const users = { Y: thing({ 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'Out' } }) };
  await deployment.apply([stack({ A: thing('a') }, { outputs }), stack(users, { name: 'T', dependencies: ['S'] })]);
  expect(log).toEqual(['create A a', 'create Y ref-A']);
});

test('a deployment that fails is undone, and the next one starts from there', async () => {
  const { deployment, log } = recorder();
  await expect(deployment.apply([stack({ A: thing('a'), B: thing('broken', { DependsOn: 'A' }) })])).rejects.toThrow(
    'cannot be created',
  );
  expect(log).toEqual(['create A a', 'create B broken', 'remove A']);
  log.length = 0;
  await deployment.apply([stack({ A: thing('a'), B: thing('mended', { DependsOn: 'A' }) })]);
  expect(log).toEqual(['create A a', 'create B mended']);
});

test('an unknown attribute, resource or output is an error that names it', async () => {
  const { deployment } = recorder();
  const attribute = stack({ A: thing('a'), B: thing({ 'Fn::GetAtt': ['A', 'Colour'] }) });
  await expect(deployment.apply([attribute])).rejects.toThrow('The attribute Colour of Thing (S/A) is not supported');
  await expect(deployment.apply([stack({ B: thing({ Ref: 'Nobody' }) })])).rejects.toThrow(
    'Expected a resource or parameter of the stack S for the reference, received Nobody',
  );
  const output = { B: thing({ 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'Colour' } }) };
  await expect(deployment.apply([stack(output)])).rejects.toThrow(
    'Expected an output of the stack S for OutputName, received Colour',
  );
});
