/** Settings that AWS would refuse, or that would have no effect there, are faults of the synthesis. */

import { jwt } from '../../lib/config.ts';
import { endpointWith, faultsOf } from './faults.ts';

const issuer = 'https://issuer.example.com';
const numbered = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`);
const withApi = (api: object) => ({ ...endpointWith({}), api });
const withAuth = (auth: object) =>
  withApi({ auth: jwt({ issuer, audience: ['us'], ...auth } as Parameters<typeof jwt>[0]) });

test('API Gateway allows ten scopes of a route and 50 audiences', () => {
  expect(faultsOf(withAuth({ operatorScopes: numbered(10, 's'), audience: numbered(50, 'a') }))).toEqual([]);
  const [audiences, scopes] = faultsOf(withAuth({ operatorScopes: numbered(11, 's'), audience: numbered(51, 'a') }));
  expect(audiences).toMatch(/^api\.auth\.audience: Expected a list of at most 50, the limit of API Gateway, received/);
  expect(scopes).toMatch(
    /^api\.auth\.operatorScopes: Expected a list of at most 10, the limit of API Gateway, received/,
  );
});

test('more settings of a function than fit into its environment, with the scopes of operators', () => {
  const scopes = (length: number) => withAuth({ operatorScopes: numbered(10, 's'.repeat(length - 1)) });
  expect(faultsOf(scopes(300))).toEqual([]);
  const expected =
    'Expected at most 3500 bytes of settings as JSON, with the scopes of operators ' +
    '(use fewer or shorter labels or scopes)';
  expect(faultsOf(scopes(400))).toEqual([`endpoints[0]: ${expected}, received 4301`]);
  const alone = jwt({ issuer: 'http://issuer', audience: ['us'], operatorScopes: ['s'.repeat(4000)] });
  expect(faultsOf(withApi({ auth: alone }))).toHaveLength(2);
  const labels = numbered(200, 'a-label-of-20-bytes-');
  expect(faultsOf(endpointWith({ labels }))).toContainEqual(expect.stringContaining(`endpoints[0]: ${expected}`));
});

test('scopes that no token has, and repetitions', () => {
  expect(faultsOf(withAuth({ operatorScopes: ['a b'] }))).toEqual([
    'api.auth.operatorScopes[0]: Expected a scope, without spaces, quotes and backslashes, received "a b"',
  ]);
  expect(faultsOf(withAuth({ operatorScopes: ['a', 'a'], audience: ['us', 'us'] }))).toEqual([
    'api.auth.audience[1]: Expected a value that differs from api.auth.audience[0], received "us"',
    'api.auth.operatorScopes[1]: Expected a value that differs from api.auth.operatorScopes[0], received "a"',
  ]);
});

test.each([
  ['https://APP.example.com', 'https://app.example.com'],
  ['https://a.example.com:443', 'https://a.example.com'],
  ['https://a.example.com?x', 'https://a.example.com'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
])('browsers do not send the origin %s', (given, sent) => {
  expect(faultsOf(withApi({ cors: { origins: [given] } }))).toEqual([
    `api.cors.origins[0]: Expected ${sent}, which browsers send, received "${given}"`,
  ]);
});

test('"*" beside other origins, and an origin twice', () => {
  expect(faultsOf(withApi({ cors: { origins: ['*', 'https://a.example.com'] } }))).toEqual([
    'api.cors.origins: Expected "*" alone, or no "*", received ["*","https://a.example.com"]',
  ]);
  expect(faultsOf(withApi({ cors: { origins: ['http://localhost:3000', 'http://localhost:3000'] } }))).toEqual([
    'api.cors.origins[1]: Expected a value that differs from api.cors.origins[0], received "http://localhost:3000"',
  ]);
});

test('webhooks for batch jobs that no endpoint has', () => {
  const webhooks = [{ name: 'ours', url: 'https://example.com/hook', types: ['rollout.held', 'batch.started'] }];
  expect(faultsOf({ ...endpointWith({}), events: { webhooks } })).toEqual([
    'events.webhooks[0].types[1]: Expected a type that occurs: no endpoint has batch jobs, received "batch.started"',
  ]);
  expect(faultsOf({ ...endpointWith({ batch: {} }), events: { webhooks } })).toEqual([]);
});

test('more destinations of events than fit into the environment of a function', () => {
  const webhooks = (path: string) =>
    numbered(5, 'receiver').map((name) => ({ name, url: `https://example.com/${path}` }));
  const notices = ['slack', 'teams', 'alarms'];
  const settings = { ...endpointWith({}), alarmEmail: 'on-call@example.com' };
  expect(faultsOf({ ...settings, events: { webhooks: webhooks('x'.repeat(180)), notices } })).toEqual([]);
  expect(faultsOf({ ...settings, events: { webhooks: webhooks('写'.repeat(180)), notices } })).toEqual([
    expect.stringMatching(
      /^events: Expected at most 3500 bytes of webhooks and notices \(fewer, or shorter .*, received 4\d{3}$/,
    ),
  ]);
});

const FORM =
  'Expected the name of a bucket after s3://: 3–63 lower-case letters, digits, hyphens and dots, with a letter or ' +
  'digit at both ends and on both sides of each dot';
const RESERVED =
  'Expected the name of a bucket after s3:// that S3 allows: no IP address, no name that begins with xn--, sthree- ' +
  'or amzn-s3-demo-, or ends with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3';
const PREFIX = 'Expected a prefix of characters of Latin-1 without ${, which a policy of IAM would replace';

test.each([
  ['s3://a..b/x', FORM],
  ['s3://a.-b', FORM],
  ['s3://a-.b/x', FORM],
  ['s3://ab', FORM],
  [`s3://${'a'.repeat(64)}`, FORM],
  ['s3://Photos/x', FORM],
  ['s3://-photos', FORM],
  ['s3:///x', FORM],
  ['s3://192.168.0.1/', RESERVED],
  ['s3://xn--ab', RESERVED],
  ['s3://photos-s3alias/x', RESERVED],
  ['s3://photos--use1-az4--x-s3', RESERVED],
  ['s3://photos/$' + '{aws:username}/', PREFIX],
  ['s3://photos/写真/', PREFIX],
  ['s3:/photos', 'Expected s3://bucket or s3://bucket/prefix, without *, ? and comma'],
])('the batch source %s', (source, expected) => {
  expect(faultsOf(endpointWith({ batch: { sources: [source] } }))).toEqual([
    `endpoints[0].batch.sources[0]: ${expected}, received "${source}"`,
  ]);
});

test.each(['s3://abc', 's3://a.b', 's3://my--photos.example.com/ä $1/', 's3://192.168.0.1a', 's3://photos/'])(
  'the batch source %s is one',
  (source) => expect(faultsOf(endpointWith({ batch: { sources: [source] } }))).toEqual([]),
);

test('batch sources that are too many for a policy of IAM', () => {
  const sources = (count: number) => numbered(count, 's3://company-photos-site-').map((source) => `${source}/cameras/`);
  expect(faultsOf(endpointWith({ batch: { sources: sources(15) } }))).toEqual([]);
  const policy = 'Expected sources that take at most 2600 characters in the IAM policy';
  expect(faultsOf(endpointWith({ batch: { sources: sources(30) } }))).toEqual([
    `endpoints[0].batch.sources: ${policy}, received 4260`,
  ]);
});
