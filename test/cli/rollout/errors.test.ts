import { messageOf, OrderRefusedError } from '../../../cli/rollout/errors.ts';

const credentials = Object.assign(new Error('Could not load credentials from any providers'), {
  name: 'CredentialsProviderError',
});

test.each<[unknown, string]>([
  [new OrderRefusedError('Expected this, received that'), 'Expected this, received that'],
  [
    new Error('Region is missing'),
    'Expected a region (AWS_REGION, or one in the profile), received none. For the local emulator, add --local.',
  ],
  [
    credentials,
    'Expected AWS credentials, received none: Could not load credentials from any providers. ' +
      'For the local emulator, add --local.',
  ],
  [Object.assign(new Error('not authorized'), { name: 'AccessDenied' }), 'AccessDenied: not authorized'],
  ['thrown', 'thrown'],
])('%s', (error, message) => {
  expect(messageOf(error)).toBe(message);
});

test('a programming error has its stack', () => {
  expect(messageOf(new TypeError('x is not a function'))).toContain('errors.test.ts');
});
