import { firstRequestStart } from '../../functions/detect/first-request.ts';

test.each([
  ['the init phase covered the load', { calledAt: 1200, loadedAt: 800, initialization: 'on-demand' }, 1200],
  ['the load took the whole init phase', { calledAt: 10_001, loadedAt: 10_000, initialization: 'on-demand' }, 10_001],
  ['Lambda loaded again within the invocation', { calledAt: 12_100, loadedAt: 12_000, initialization: 'on-demand' }, 0],
  [
    'provisioned concurrency waited for the load',
    { calledAt: 90_000, loadedAt: 12_000, initialization: 'provisioned-concurrency' },
    90_000,
  ],
])('the first request begins where its caller begins to wait: %s', (_, request, start) => {
  expect(firstRequestStart(request)).toBe(start);
});
