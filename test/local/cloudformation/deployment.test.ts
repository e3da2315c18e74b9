/** What a deployment makes, changes, leaves alone and removes. */

import type { Resource, Stack, Template } from '../../../local/cloudformation/assembly.ts';
import { Deployment } from '../../../local/cloudformation/deployment.ts';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';

/** A world that writes down what is done to it. */
function world(): { deployment: Deployment; log: string[] } {
  const log: string[] = [];
  const type: ResourceType = {
    apply: ({ name }, { logicalId, previous }) => {
      log.push(`${previous ? 'update' : 'create'} ${logicalId} ${name}`);
      if (name === 'broken') throw new Error('cannot be made');
      return { ref: `ref-${logicalId}`, attributes: { Name: name } };
    },
    remove: (_, { logicalId }) => {
      log.push(`remove ${logicalId}`);
    },
  };
  return { deployment: new Deployment(() => type), log };
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

test('resources are made after what they mention or depend on', async () => {
  const { deployment, log } = world();
  await deployment.apply([
    stack({
      A: thing({ 'Fn::GetAtt': ['B', 'Name'] }),
      B: thing('b', { DependsOn: 'C' }),
      C: thing('c'),
    }),
  ]);
  expect(log).toEqual(['create C c', 'create B b', 'create A b']);
});

test('a second time only what has changed is touched, with everything that follows from it', async () => {
  const { deployment, log } = world();
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

test('what is no longer there is removed in the opposite order, unless it is retained', async () => {
  const { deployment, log } = world();
  await deployment.apply([
    stack({ A: thing('a'), B: thing({ Ref: 'A' }), C: thing('c', { DeletionPolicy: 'Retain' }) }),
  ]);
  log.length = 0;
  const changes = await deployment.apply([stack({})]);
  expect(log).toEqual(['remove B', 'remove A']);
  expect(changes.map(({ what, logicalId }) => `${what} ${logicalId}`)).toEqual(['kept C', 'removed B', 'removed A']);
  expect(await deployment.apply([])).toEqual([]);
});

test('a stack that is no longer there is removed with all it had', async () => {
  const { deployment, log } = world();
  await deployment.apply([stack({ A: thing('a') }), stack({ X: thing('x') }, { name: 'T' })]);
  log.length = 0;
  await deployment.apply([stack({ A: thing('a') })]);
  expect(log).toEqual(['remove X']);
});

test('a resource whose condition does not hold is not made', async () => {
  const { deployment, log } = world();
  const template = { Conditions: { No: { 'Fn::Equals': [1, 2] } }, Resources: { A: thing('a', { Condition: 'No' }) } };
  await deployment.apply([{ ...stack({}), template }]);
  expect(log).toEqual([]);
});

test('values go from one stack to another by exports and by outputs', async () => {
  const { deployment, log } = world();
  const outputs = { Out: { Value: { Ref: 'A' }, Export: { Name: 'shared' } } };
  const users = {
    X: thing({ 'Fn::ImportValue': 'shared' }),
    Y: thing({ 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'Out' } }),
  };
  await deployment.apply([stack({ A: thing('a') }, { outputs }), stack(users, { name: 'T', dependencies: ['S'] })]);
  expect(log).toEqual(['create A a', 'create X ref-A', 'create Y ref-A']);
});

test('what was made before a failure is known, and the next deployment goes on from there', async () => {
  const { deployment, log } = world();
  await expect(deployment.apply([stack({ A: thing('a'), B: thing('broken', { DependsOn: 'A' }) })])).rejects.toThrow(
    'cannot be made',
  );
  log.length = 0;
  await deployment.apply([stack({ A: thing('a'), B: thing('mended', { DependsOn: 'A' }) })]);
  expect(log).toEqual(['create B mended']);
});

test('an attribute or a resource that is not known is told', async () => {
  const { deployment } = world();
  const attribute = stack({ A: thing('a'), B: thing({ 'Fn::GetAtt': ['A', 'Colour'] }) });
  await expect(deployment.apply([attribute])).rejects.toThrow('expected Thing A to have the attribute Colour');
  await expect(deployment.apply([stack({ B: thing({ Ref: 'Nobody' }) })])).rejects.toThrow(
    'Nobody in the stack S, there is none',
  );
});
