/** Policies of topics and queues. */

import { allows, checkResourcePolicy, type ResourcePolicy } from '../../../local/protocol/resource-policy.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:uploads';
const CALL = {
  service: 's3.amazonaws.com',
  sourceArn: 'arn:aws:s3:::my-bucket',
  action: 'sns:Publish',
  resource: TOPIC,
};

type Statement = ResourcePolicy['Statement'][number];
const ALLOW: Statement = {
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: TOPIC,
};
const policy = (...statements: Partial<Statement>[]): ResourcePolicy => ({
  Statement: statements.map((one) => ({ ...ALLOW, ...one })),
});

const account = (id: string) => ({ StringEquals: { 'aws:SourceAccount': id } });
const source = (arn: string) => ({ ArnLike: { 'aws:SourceArn': arn } });

test.each<[string, Partial<Statement>, boolean]>([
  ['the service, action and resource', {}, true],
  ['another service', { Principal: { Service: 'events.amazonaws.com' } }, false],
  ['one of several services', { Principal: { Service: ['events.amazonaws.com', 's3.amazonaws.com'] } }, true],
  ['everybody', { Principal: '*' }, true],
  ['every account', { Principal: { AWS: '*' } }, true],
  ['an account', { Principal: { AWS: 'arn:aws:iam::000000000000:root' } }, false],
  ['another action', { Action: 'sns:Subscribe' }, false],
  ['all actions of the service, in other letters', { Action: 'SNS:*' }, true],
  ['another resource', { Resource: `${TOPIC}-2` }, false],
  ['all resources', { Resource: '*' }, true],
  ['this account', { Condition: account('000000000000') }, true],
  ['another account', { Condition: account('111111111111') }, false],
  ['any bucket', { Condition: source('arn:aws:s3:::*') }, true],
  ['buckets of a prefix', { Condition: source('arn:aws:s3:::my-*') }, true],
  ['another bucket', { Condition: source('arn:aws:s3:::other') }, false],
  ['a wildcard over several parts of the ARN', { Condition: source('arn:aws:*') }, false],
  ['both conditions, of which one fails', { Condition: { ...account('1'), ...source('arn:aws:s3:::*') } }, false],
  ['requests without TLS', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, false],
])('a statement for %s: %o allows: %p', (_what, statement, expected) => {
  expect(allows(policy(statement), CALL)).toBe(expected);
});

test('no policy and no statement allow no service; a denial wins', () => {
  expect(allows(undefined, CALL)).toBe(false);
  expect(allows(policy(), CALL)).toBe(false);
  expect(allows(policy({}, { Effect: 'Deny', Principal: '*', Action: 'sns:*' }), CALL)).toBe(false);
});

test.each<[object, string]>([
  [{ NotAction: 'sns:Publish' }, 'The element NotAction of a policy'],
  [{ Condition: { StringNotEquals: { 'aws:SourceAccount': '1' } } }, 'The operator StringNotEquals of a policy'],
  [
    { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
    'The condition key aws:PrincipalOrgID of a policy',
  ],
])('%j is refused', (statement, message) => {
  expect(() => checkResourcePolicy(policy(statement), TOPIC)).toThrow(
    `${message} (${TOPIC}) is not supported by the emulator.`,
  );
});
