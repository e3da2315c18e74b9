/** Routes that require a signature, and several APIs in one emulator. */

import { Sha256 } from '@aws-crypto/sha256-js';
import { CloudFormationClient, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SignatureV4 } from '@smithy/signature-v4';
import { fn, httpApi } from '../fixtures/assembly.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const ARN = { 'Fn::GetAtt': ['Echo', 'Arn'] };
const OWN = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };

/** A stack with an API whose route `/closed` requires IAM, `/token` a JWT. */
function stackWithApi(name: string) {
  const api = httpApi({ 'POST /open': ARN, 'POST /closed': ARN, 'POST /token': ARN });
  for (const [id, authorization] of Object.entries({ Route1: 'AWS_IAM', Route2: 'JWT' })) {
    Object.assign((api[id] as { Properties: object }).Properties, { AuthorizationType: authorization });
  }
  const outputs = { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } };
  return { name, resources: { Echo: fn('echo'), ...api }, outputs };
}

let emulator: EmulatorProcess;
beforeAll(async () => {
  emulator = await EmulatorProcess.start([stackWithApi('Signed')], ['--signed']);
});
afterAll(() => emulator?.stop());

interface Signing {
  readonly credentials?: typeof OWN;
  readonly service?: string;
  readonly region?: string;
  readonly headers?: Record<string, string>;
  readonly at?: Date;
}

const BODY = '{"a":1}';

async function signed(path: string, signing: Signing = {}): Promise<Record<string, string>> {
  const { credentials = OWN, service = 'execute-api', region = 'us-east-1', headers = {}, at = new Date() } = signing;
  const url = new URL(path, emulator.url);
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, 'content-type': 'application/json', ...headers },
    body: BODY,
  };
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { host: _, ...rest } = (await signer.sign(request, { signingDate: at })).headers;
  return rest;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly requestContext?: { readonly authorizer?: unknown }; readonly message?: string };
}

async function post(path: string, headers: Record<string, string> = {}, body = BODY): Promise<Answer> {
  const answer = await fetch(new URL(path, emulator.url), { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };

test('a signed request reaches the function, which learns who signed', async () => {
  const { status, body } = await post('/closed?x=a%20b', await signed('/closed?x=a%20b'));
  expect(status).toBe(200);
  expect(body.requestContext?.authorizer).toEqual({
    iam: {
      accessKey: 'laptop',
      accountId: '000000000000',
      callerId: 'AIDALAPTOP',
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: 'arn:aws:iam::000000000000:user/laptop',
      userId: 'AIDALAPTOP',
    },
  });
});

test.each<[string, Signing]>([
  ['another secret', { credentials: { ...OWN, secretAccessKey: 'other' } }],
  ['an unknown key', { credentials: { ...OWN, accessKeyId: 'AKIAOTHER' } }],
  ['another service', { service: 's3' }],
  ['another region', { region: 'eu-west-1' }],
  ['a signature of an hour ago', { at: new Date(Date.now() - 3_600_000) }],
  ['a signature without the body', { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }],
])('%s is forbidden', async (_, signing) => {
  expect(await post('/closed', await signed('/closed', signing))).toEqual(FORBIDDEN);
});

test('no signature, a token, and a changed request are forbidden', async () => {
  expect(await post('/closed')).toEqual(FORBIDDEN);
  expect(await post('/closed', { authorization: 'Bearer abc' })).toEqual(FORBIDDEN);
  expect(await post('/closed', await signed('/closed'), '{"a":2}')).toEqual(FORBIDDEN);
  expect(await post('/closed?x=2', await signed('/closed?x=1'))).toEqual(FORBIDDEN);
});

test('routes without IAM require no signature, and paths without a route are not found', async () => {
  for (const path of ['/open', '/token']) {
    const { status, body } = await post(path, { 'content-type': 'application/json' });
    expect([status, body.requestContext?.authorizer]).toEqual([200, undefined]);
  }
  expect((await post('/other')).status).toBe(404);
});

test('a second API has its own address, routes and end', async () => {
  const stacks = new CloudFormationClient(emulator.client);
  emulator.deploy([stackWithApi('Second')]);
  const { Stacks: [second] = [] } = await stacks.send(new DescribeStacksCommand({ StackName: 'Second' }));
  const address = second?.Outputs?.[0]?.OutputValue ?? '';
  expect(address).toMatch(/^http:\/\/localhost:\d+$/);
  expect(address).not.toBe(emulator.url);
  expect((await post(`${address}/open`)).status).toBe(200);
  expect(await post(`${address}/closed`, await signed('/closed'))).toEqual(FORBIDDEN);
  expect((await post(`${address}/closed`, await signed(`${address}/closed`))).status).toBe(200);
  await stacks.send(new DeleteStackCommand({ StackName: 'Second' }));
  await expect(fetch(`${address}/open`)).rejects.toThrow('fetch failed');
  expect((await post('/open')).status).toBe(200);
});

test('the start says what is required, and shows a command that signs', () => {
  expect(emulator.output()).toMatch(/^access .*the HTTP API requires signatures where the templates do$/m);
  expect(emulator.output()).toMatch(/^try +curl --aws-sigv4 aws:amz:us-east-1:execute-api --user laptop:laptop -F/m);
});
