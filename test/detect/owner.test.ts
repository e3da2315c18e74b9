/** A result belongs to the caller who sent the picture or opened the upload; for other callers it does not exist. */

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { KEYS } from '../../functions/contract.ts';
import { callerOf } from '../../functions/detect/caller.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { answerUploads } from '../../functions/detect/uploads.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, HUMAN, invocation, type TestContext, testContext } from './fixtures/context.ts';
import { httpEvent, type TestRequest, uploadEvent } from './fixtures/events.ts';

const CARS: TestRequest = { body: golden('cars.jpg'), headers: { 'content-type': 'image/jpeg' } };
const ISSUER = 'https://issuer.example.com';
const SETTINGS = { ...COUNT_CARS, operatorScopes: ['rollouts/operate'] };

const token = (sub: string, claims: object = {}) => ({
  jwt: { claims: { iss: ISSUER, sub, ...claims }, scopes: null },
});
const signed = (userId: string, more: object = {}) => ({
  iam: { accessKey: 'AKIA', accountId: '111122223333', callerId: userId, cognitoIdentity: null, userId, ...more },
});
const OPERATOR = token('olga', { scope: 'openid rollouts/operate' });

async function eventOf(
  request: TestRequest,
  authorizer: object | undefined,
  route: { routeKey?: string; id?: string },
) {
  const event = await httpEvent(request, route);
  return { ...event, requestContext: { ...(authorizer && { authorizer }) } } as unknown as APIGatewayProxyEventV2;
}

async function send(
  context: TestContext,
  authorizer: object | undefined,
  request: TestRequest,
  route: { routeKey?: string; id?: string } = {},
) {
  const path = `/${context.settings.name}`;
  const event = await eventOf({ path, ...request }, authorizer, route);
  const { statusCode, body = '' } = await answerHttp(event, invocation(), context);
  return { status: statusCode, body: JSON.parse(body) };
}

const read = (context: TestContext, authorizer: object | undefined, id: string) => {
  const { name } = context.settings;
  const routeKey = `GET /${name}/predictions/{id}`;
  return send(context, authorizer, { method: 'GET', path: `/${name}/predictions/${id}` }, { routeKey, id });
};

/** Statuses of a read by each of these callers. */
const statuses = async (context: TestContext, id: string, ...callers: (object | undefined)[]) =>
  Promise.all(callers.map(async (caller) => (await read(context, caller, id)).status));

describe('a prediction by HTTP', () => {
  test.each([
    ['a token', token('ann'), token('bob')],
    ['a token of the same subject of another issuer', token('ann'), token('ann', { iss: 'https://other.example.com' })],
    ['a signature of a user', signed('AIDAONE'), signed('AIDATWO')],
    ['a session of a role', signed('AROAONE:session-1'), signed('AROATWO:session-1')],
    ['a federated user', signed('111122223333:ann'), signed('111122223333:bob')],
    [
      'a Cognito identity of one role',
      signed('AROAONE:CognitoIdentityCredentials', { cognitoIdentity: { identityId: 'us-east-1:1' } }),
      signed('AROAONE:CognitoIdentityCredentials', { cognitoIdentity: { identityId: 'us-east-1:2' } }),
    ],
  ])('with %s is readable by this caller only, and never shows its owner', async (_, own, other) => {
    const context = testContext(SETTINGS);
    const { body } = await send(context, own, CARS);
    expect(await statuses(context, body.id, own, other, undefined, OPERATOR)).toEqual([200, 404, 404, 200]);
    const stored = context.bucket.json(KEYS.result('count-cars', body.id));
    expect(stored).toMatchObject({ owner: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect([body.owner, (await read(context, own, body.id)).body.owner]).toEqual([undefined, undefined]);
    expect(JSON.stringify(stored)).not.toMatch(/"ann"|:ann|AROA|AIDA/);
  });

  test('is readable in another session of the same role', async () => {
    const context = testContext(SETTINGS);
    const { body } = await send(context, signed('AROAONE:instance-1'), CARS);
    expect(await statuses(context, body.id, signed('AROAONE:instance-2'))).toEqual([200]);
  });

  test('of another caller is answered exactly like one that does not exist', async () => {
    const context = testContext(SETTINGS);
    const { body } = await send(context, token('ann'), CARS);
    const others = await read(context, token('bob'), body.id);
    context.bucket.stored.clear();
    expect(others).toEqual(await read(context, token('bob'), body.id));
    expect(others.body).toMatchObject({ type: '/docs#prediction-not-found', status: 404 });
  });

  test('of an earlier release, or without authentication, has no owner and stays readable', async () => {
    const context = testContext(SETTINGS);
    const { body } = await send(context, undefined, CARS);
    expect(context.bucket.json(KEYS.result('count-cars', body.id))).not.toHaveProperty('owner');
    expect(await statuses(context, body.id, undefined, token('bob'), signed('AIDAONE'))).toEqual([200, 200, 200]);
  });

  test('that a human answers has an owner, too; an operator can decide about it', async () => {
    const context = testContext(HUMAN);
    const { body } = await send(context, token('ann'), CARS);
    expect(await statuses(context, body.id, token('ann'), token('bob'))).toEqual([200, 404]);
    const route = { routeKey: `PUT /${HUMAN.name}/predictions/{id}/decision`, id: body.id };
    const decided = await send(context, signed('AIDAONE'), { method: 'PUT', body: '{"count":3}' }, route);
    expect(decided.status).toBe(200);
    expect((await read(context, token('ann'), body.id)).body).toMatchObject({ count: 3 });
  });
});

describe('an upload by a ticket', () => {
  /** Opens an upload and stores the picture as the form's policy demands. */
  async function uploaded(context: TestContext, bytes: Uint8Array = golden('cars.jpg')) {
    const { body } = await send(context, token('ann'), {}, { routeKey: 'POST /count-cars/uploads' });
    const { owner } = Object.fromEntries(
      Object.entries(body.fields as Record<string, string>).map(([name, value]) => [
        name.replace('x-amz-meta-', ''),
        value,
      ]),
    );
    const policy = JSON.parse(Buffer.from(body.fields.Policy, 'base64').toString());
    expect(policy.conditions).toContainEqual({ 'x-amz-meta-owner': owner });
    const key = KEYS.ticketedUpload('count-cars', body.id);
    context.bucket.stored.set(key, { bytes, metadata: { owner: String(owner) } });
    return { id: body.id as string, key };
  }

  test.each([
    ['answered', golden('cars.jpg'), 'done'],
    ['rejected', new TextEncoder().encode('no picture'), 'rejected'],
  ])('belongs to who opened it, while it is processed and when it is %s', async (_, bytes, status) => {
    const context = testContext(SETTINGS);
    const { id, key } = await uploaded(context, bytes);
    expect(await statuses(context, id, token('ann'), token('bob'), OPERATOR)).toEqual([202, 404, 202]);
    await answerUploads(uploadEvent({ key }), invocation(), context);
    expect(await statuses(context, id, token('ann'), token('bob'), OPERATOR)).toEqual([200, 404, 200]);
    const { body } = await read(context, token('ann'), id);
    expect(body).toMatchObject({ status });
    expect(body).not.toHaveProperty('owner');
  });

  test('only: metadata of another upload name no owner', async () => {
    const context = testContext(SETTINGS);
    const key = 'uploads/count-cars/yard.jpg';
    context.bucket.stored.set(key, { bytes: golden('cars.jpg'), metadata: { owner: 'f'.repeat(32) } });
    await answerUploads(uploadEvent({ key }), invocation(), context);
    const [result = ''] = [...context.bucket.stored.keys()].filter((each) => each.startsWith('results/'));
    expect(context.bucket.json(result)).not.toHaveProperty('owner');
  });
});

describe('the caller of an event', () => {
  const of = async (authorizer: object, settings = SETTINGS) => callerOf(await eventOf(CARS, authorizer, {}), settings);

  test.each([
    ['scope', 'a rollouts/operate', true],
    ['scp', '[a rollouts/operate]', true],
    ['scope', 'rollouts/operate-not', false],
    ['permissions', 'rollouts/operate', false],
  ])('is an operator by the claim %s: %s → %s', async (claim, value, expected) => {
    expect((await of(token('ann', { [claim]: value }))).isOperator).toBe(expected);
  });

  test('is no operator where the settings name no scope, or by a signature', async () => {
    expect((await of(OPERATOR, COUNT_CARS as typeof SETTINGS)).isOperator).toBe(false);
    expect((await of(signed('AIDAONE'))).isOperator).toBe(false);
  });

  test('has no owner where the token has no subject', async () => {
    expect(await of({ jwt: { claims: { iss: ISSUER }, scopes: null } })).toEqual({ isOperator: false });
  });
});
