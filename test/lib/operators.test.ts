/** Operators' routes are guarded apart from callers' routes, and a policy has the rights of the commands. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_PREFIXES } from '../../functions/contract.ts';
import { iam, jwt, none } from '../../lib/config.ts';
import { ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

const issuer = { issuer: 'https://issuer.example.com', audience: ['us'] } as const;

let signed: Synthesis;
let tokens: Synthesis;
let scoped: Synthesis;
let open: Synthesis;
beforeAll(() => {
  const withAuth = (auth: ReturnType<typeof iam>) => synthesize({ ...ONE_ENDPOINT, api: { auth } });
  signed = withAuth(iam());
  tokens = withAuth(jwt(issuer));
  scoped = withAuth(jwt({ ...issuer, operatorScopes: ['rollouts/operate'] }));
  open = withAuth(none());
}, 120_000);

const OPERATORS = [
  'PUT /count-cars/predictions/{id}/decision',
  'PUT /count-cars/predictions/{id}/preference',
  'GET /count-cars/status',
  'GET /count-cars/report',
  'GET /count-cars/judge',
] as const;

/** Authorization of the routes of an endpoint: of operators or of callers. */
function authorizations(synthesis: Synthesis, who: 'operators' | 'callers'): unknown[] {
  const routes = synthesis.resources('CountCars', 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);
  const isOperators = ({ RouteKey }: { RouteKey: string }) => OPERATORS.some((key) => key === RouteKey);
  const chosen = routes.filter((route) => isOperators(route) === (who === 'operators'));
  expect(chosen).toHaveLength(who === 'operators' ? 5 : 4);
  const authorizations = chosen.map(({ AuthorizationType, AuthorizationScopes }) =>
    JSON.stringify([AuthorizationType, ...(AuthorizationScopes ?? [])]),
  );
  return [...new Set(authorizations)].map((text) => JSON.parse(text));
}

describe('operators’ routes', () => {
  test('with operatorScopes need a token with one of these scopes, which callers do not need', () => {
    expect(authorizations(scoped, 'operators')).toEqual([['JWT', 'rollouts/operate']]);
    expect(authorizations(scoped, 'callers')).toEqual([['JWT']]);
  });

  test('without operatorScopes must be signed, because any token is a caller’s', () => {
    expect(authorizations(tokens, 'operators')).toEqual([['AWS_IAM']]);
    expect(authorizations(tokens, 'callers')).toEqual([['JWT']]);
  });

  test('are never open', () => {
    expect(authorizations(open, 'operators')).toEqual([['AWS_IAM']]);
    expect(authorizations(open, 'callers')).toEqual([['NONE']]);
  });

  test('under IAM have paths that the policy names, apart from those of callers', () => {
    expect(authorizations(signed, 'operators')).toEqual([['AWS_IAM']]);
    const [routes] = statements(signed).filter(({ Action }) => Action === 'execute-api:Invoke');
    expect(routes?.Resource.map(pathOf).toSorted()).toEqual([
      '/$default/GET/count-cars/*',
      '/$default/POST/count-cars',
      '/$default/POST/count-cars/uploads',
      '/$default/PUT/count-cars/predictions/*',
    ]);
    expect(JSON.stringify(statements(scoped))).not.toContain('execute-api');
  });
});

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown[];
}

function statements(synthesis: Synthesis, policy = /Policy/): Statement[] {
  return synthesis.resource('CountCars', 'AWS::IAM::ManagedPolicy', policy).Properties.PolicyDocument.Statement;
}

function pathOf(resource: unknown): string {
  return (resource as { 'Fn::Join': [string, string[]] })['Fn::Join'][1].at(-1) ?? '';
}

/** The IAM action of an SDK call, where its name is another. */
const ACTIONS: Readonly<Record<string, string>> = {
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:ListObjectVersions': 's3:ListBucketVersions',
};

/** Calls that no policy can deny. */
const ALWAYS_ALLOWED = ['sts:GetCallerIdentity'];

const SERVICES: Readonly<Record<string, string>> = { sfn: 'states' };

/** With the id of a version, which these commands always send. */
const OF_VERSIONS = { 's3:DeleteObject': 's3:DeleteObjectVersion' };

/** `npm run rollout`, `npm run doctor`, and the libraries that they use. */
const ROLLOUT = ['cli/rollout', 'cli/doctor', 'functions/standing', 'functions/platform', 'functions/records'];
/** The commands that delete. */
const HOUSEKEEPING = ['cli/erase', 'cli/versions'];

/** Actions of all SDK calls in these folders. */
function calledActions(folders: readonly string[], actionNames: Readonly<Record<string, string>> = ACTIONS): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  const imports = files.flatMap((text) => [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)]);
  const actions = imports.flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(([, paginated, command]) => {
      const action = `${SERVICES[client] ?? client}:${paginated ?? command}`;
      return actionNames[action] ?? action;
    }),
  );
  return [...new Set(actions)].filter((action) => !ALWAYS_ALLOWED.includes(action)).toSorted();
}

test('the detect function knows the scopes of operators, who may read every result', () => {
  const scopesOf = (synthesis: Synthesis) => {
    const { Environment } = synthesis.resource('CountCars', 'AWS::Lambda::Function', /^DetectorFunction/).Properties;
    return JSON.parse(Environment.Variables.ENDPOINT_SETTINGS).operatorScopes;
  };
  expect([scoped, tokens, signed, open].map(scopesOf)).toEqual([['rollouts/operate'], undefined, undefined, undefined]);
});

describe('the operators’ policy', () => {
  test('has exactly the actions that the commands call, and the routes', () => {
    const actions = statements(signed).flatMap(({ Action }) => Action);
    // `GetObject` with a version needs a right of its own.
    const others = ['execute-api:Invoke', 's3:GetObjectVersion'];
    expect([...new Set(actions)].toSorted()).toEqual([...calledActions(ROLLOUT), ...others].toSorted());
  });

  test('names the resources of its endpoint, except for lists of stacks and functions', () => {
    const nameless = statements(signed).filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(nameless.flatMap(({ Action }) => Action)).toEqual([
      'cloudformation:DescribeStacks',
      'cloudwatch:GetMetricData',
      'lambda:GetAccountSettings',
      'lambda:ListFunctions',
    ]);
    const keys = statements(signed)
      .filter(({ Action }) => /^s3:(Get|Put|Delete)/.test(String(Action)))
      .flatMap(({ Resource }) => [Resource].flat().map(pathOf));
    expect(keys.toSorted()).toEqual([
      '/decisions/count-cars/*',
      '/inputs/count-cars/*',
      '/results/count-cars/*',
      '/rollouts/count-cars/*',
      '/rollouts/count-cars/*',
      '/uploads/count-cars/*',
      '/uploads/count-cars/*',
      '/uploads/count-cars/id=*',
    ]);
  });

  test('moves the alias live and that of the doctor only, and invokes no other than the latter', () => {
    const may = (action: string) => statements(signed).filter(({ Action }) => [Action].flat().includes(action));
    const qualifiers = (action: string) => JSON.stringify(may(action)).match(/:(live|candidate|doctor|\*)"/g);
    expect(qualifiers('lambda:UpdateAlias')).toEqual([':live"', ':doctor"']);
    expect(qualifiers('lambda:InvokeFunction')).toEqual([':doctor"']);
  });

  test('is an output of the stack and fits into one policy', () => {
    const { Outputs } = JSON.parse(signed.text('CountCars'));
    const { id } = signed.resource('CountCars', 'AWS::IAM::ManagedPolicy', /Policy/);
    expect(Outputs.OperatorPolicy.Value).toEqual({ Ref: id });
    expect(JSON.stringify(statements(signed)).length).toBeLessThan(6144);
  });
});

describe('the housekeeping policy', () => {
  const actions = (policy: RegExp) => statements(signed, policy).flatMap(({ Action }) => Action);

  test('has exactly the actions that the commands call besides those of the operators’ policy', () => {
    const called = calledActions(HOUSEKEEPING, { ...ACTIONS, ...OF_VERSIONS }).filter(
      (action) => !actions(/Policy/).includes(action),
    );
    expect(actions(/Housekeeping/).toSorted()).toEqual(called);
    expect(called).toContain('s3:DeleteObjectVersion');
  });

  test('deletes versions of its endpoint’s function, never the function', () => {
    const [deletion] = statements(signed, /Housekeeping/).filter(({ Action }) => Action === 'lambda:DeleteFunction');
    const arn = { 'Fn::GetAtt': [expect.stringMatching(/^DetectorFunction/), 'Arn'] };
    expect(deletion?.Resource).toEqual({ 'Fn::Join': ['', [arn, ':*']] });
  });

  test('deletes objects of its endpoint only, under each prefix of the bucket', () => {
    const [deletion] = statements(signed, /Housekeeping/).filter(({ Action }) => Action === 's3:DeleteObjectVersion');
    const keys = KEY_PREFIXES.map((prefix) => `/${prefix}count-cars/*`);
    expect(deletion?.Resource.map(pathOf).toSorted()).toEqual(keys.toSorted());
  });

  test('is an output of the stack', () => {
    const { Outputs } = JSON.parse(signed.text('CountCars'));
    const { id } = signed.resource('CountCars', 'AWS::IAM::ManagedPolicy', /Housekeeping/);
    expect(Outputs.HousekeepingPolicy.Value).toEqual({ Ref: id });
  });
});
