/** A deployment that fails is undone, and the same one succeeds when its cause is gone. */

import type { Resource, Stack } from '../../../local/cloudformation/assembly.ts';
import { Deployment } from '../../../local/cloudformation/deployment.ts';
import type { Properties, ResourceType } from '../../../local/cloudformation/resource-type.ts';
import { Stacks } from '../../../local/cloudformation/stacks.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import { lambdaResources } from '../../../local/lambda/resources.ts';
import { Database } from '../../../local/storage/database.ts';
import { alias, att, fn, ref, version } from '../fixtures/assembly.ts';

/**
 * A deployment of functions, and of `Route` and `Start`, which fail as `fails` says.
 * @param database what stays between two starts; default: nothing
 */
function laptop(database = new Database()) {
  const functions = new Functions('arn:aws:lambda:us-east-1:000000000000', { table: database.table('functions') });
  const calls: string[] = [];
  const fails = { Route: false, undo: false };
  const types: Record<string, ResourceType> = {
    ...lambdaResources(functions, database.table('names_of_functions')),
    Route: {
      apply: () => {
        if (fails.Route) throw new Error('the route exists');
        return { ref: 'route', attributes: {} };
      },
      remove: () => {
        calls.push('remove route');
      },
    },
    Start: {
      apply: ({ Version }, { previous }) => {
        calls.push(`${previous ? `from ${previous.properties.Version} to` : 'start'} ${Version}`);
        if (fails.undo && Version === '1' && previous) throw new Error('cannot be undone');
        return { ref: 'start', attributes: {} };
      },
    },
  };
  return { functions, calls, fails, deployment: new Deployment((type) => types[type], new Stacks(database)) };
}

interface Release {
  /** A value in the environment of the function, and of the logical id of its version. */
  readonly release: string;
  readonly policy?: string;
  /** A part of the logical id of the version. Default: that of the release, as the CDK does it. */
  readonly hash?: string;
  /** Default: Start, then Route. */
  readonly routes?: boolean;
}

function stack({ release, policy = 'RetainExceptOnCreate', hash = release, routes = true }: Release): Stack {
  const id = `Version${hash}`;
  const Resources = {
    Probe: fn('probe', {}, { RELEASE: release }),
    [id]: { ...version('Probe'), DeletionPolicy: policy },
    Live: { ...alias('Probe', 'live', '1'), DependsOn: id },
    Candidate: alias('Probe', 'candidate', att(id, 'Version')),
    Start: { Type: 'Start', Properties: { Version: att(id, 'Version'), Candidate: ref('Candidate') } },
    ...(routes && { Route: { Type: 'Route', Properties: { Release: release }, DependsOn: 'Start' } }),
  } as unknown as Record<string, Resource & { Properties: Properties }>;
  return { name: 'S', template: { Resources }, dependencies: [], assets: new Map([['probe.zip', '/code']]) };
}

const numbers = (functions: Functions) => functions.listVersions('S-Probe').map((each) => each.version);
const candidateOf = (functions: Functions) => functions.getAlias('S-Probe', 'candidate').version;

test('an update that fails after it published a version is undone, and can be deployed again', async () => {
  const { deployment, functions, calls, fails } = laptop();
  await deployment.apply([stack({ release: 'A' })]);
  fails.Route = true;
  await expect(deployment.apply([stack({ release: 'B' })])).rejects.toThrow('the route exists');
  expect(calls).toEqual(['start 1', 'from 1 to 2', 'from 2 to 1']);
  expect(functions.version('S-Probe', '$LATEST').environment).toMatchObject({ RELEASE: 'A' });
  expect([numbers(functions), candidateOf(functions)]).toEqual([['$LATEST', '1'], '1']);
  fails.Route = false;
  await deployment.apply([stack({ release: 'B' })]);
  expect([numbers(functions), candidateOf(functions)]).toEqual([['$LATEST', '1', '3'], '3']);
});

test('with the policy Retain the retry fails, as on AWS: the version of the failed update stays', async () => {
  const { deployment, functions, fails } = laptop();
  await deployment.apply([stack({ release: 'A' })]);
  fails.Route = true;
  const again = () => deployment.apply([stack({ release: 'B', policy: 'Retain' })]);
  await expect(again()).rejects.toThrow('the route exists');
  expect(numbers(functions)).toEqual(['$LATEST', '1', '2']);
  fails.Route = false;
  await expect(again()).rejects.toThrow(
    'A version for this Lambda function exists ( 2 ). Modify the function to create a new version.',
  );
});

test('another id of a version, of a function that did not change, fails too', async () => {
  const { deployment } = laptop();
  await deployment.apply([stack({ release: 'A' })]);
  await expect(deployment.apply([stack({ release: 'A', hash: 'Cdk2' })])).rejects.toThrow(
    'A version for this Lambda function exists ( 1 )',
  );
});

test('a first deployment that fails leaves nothing', async () => {
  const { deployment, calls, fails } = laptop();
  fails.Route = true;
  await expect(deployment.apply([stack({ release: 'A' })])).rejects.toThrow('the route exists');
  fails.Route = false;
  expect([...deployment.stacks().values()]).toEqual([{ status: 'ROLLBACK_COMPLETE', outputs: new Map() }]);
  const changes = await deployment.apply([stack({ release: 'A' })]);
  expect(new Set(changes.map(({ what }) => what))).toEqual(new Set(['created']));
  expect(calls).toEqual(['start 1', 'start 1']);
});

test('resources that the failed update removed from the template stay', async () => {
  const { deployment, calls, fails } = laptop();
  await deployment.apply([stack({ release: 'A' })]);
  fails.undo = true;
  await deployment.apply([stack({ release: 'B', routes: false })]);
  expect(calls).toContain('remove route');
});

test('an undo that fails is reported with the error that it undoes', async () => {
  const { deployment, fails } = laptop();
  await deployment.apply([stack({ release: 'A' })]);
  Object.assign(fails, { Route: true, undo: true });
  await expect(deployment.apply([stack({ release: 'B' })])).rejects.toThrow(
    'the route exists; S/Start could not be undone: cannot be undone',
  );
});

test('a version that an alias refers to is not removed', () => {
  const { functions } = laptop();
  const config = { name: 'f', handler: '', runtime: '', code: '/a', codeSha256: '', layers: [], environment: {} };
  const rest = { memoryMb: 128, timeoutSeconds: 3, architecture: '', role: '', description: '', logFormat: 'Text' };
  functions.define({ ...config, ...rest } as Parameters<Functions['define']>[0]);
  functions.publish('f');
  functions.setAlias('f', 'live', { version: '1' });
  expect(() => functions.removeVersion('f', '1')).toThrow(
    expect.objectContaining({ name: 'ResourceConflictException', status: 409 }),
  );
});

test('a function that is removed and created again has another name, and counts its versions from 1', async () => {
  const { functions, deployment } = laptop();
  const empty: Stack = { ...stack({ release: 'A' }), template: { Resources: {} } };
  for (const release of ['A', 'B']) await deployment.apply([stack({ release })]);
  expect(numbers(functions)).toEqual(['$LATEST', '1', '2']);
  await deployment.apply([empty]);
  await deployment.apply([stack({ release: 'C' })]);
  expect(() => functions.listVersions('S-Probe')).toThrow('Function not found');
  expect(functions.listVersions('S-Probe-2').map((each) => each.version)).toEqual(['$LATEST', '1']);
  await deployment.apply([stack({ release: 'D' })]);
  expect(functions.listVersions('S-Probe-2').map((each) => each.version)).toEqual(['$LATEST', '1', '2']);
});

test('an endpoint that is removed, and added after a restart, shares no name or version with the former', async () => {
  const database = new Database();
  const first = laptop(database);
  for (const release of ['A', 'B']) await first.deployment.apply([stack({ release })]);
  await first.deployment.delete('S');

  const { functions, deployment } = laptop(database);
  await deployment.restore();
  await deployment.apply([stack({ release: 'C' })]);
  expect(functions.list().map(({ name }) => name)).toEqual(['S-Probe-2']);
  const [live, candidate] = ['live', 'candidate'].map((name) => functions.getAlias('S-Probe-2', name).version);
  expect({ live, candidate }).toEqual({ live: '1', candidate: '1' });
  expect(functions.version('S-Probe-2', '1').environment).toMatchObject({ RELEASE: 'C' });
});
