/** The account's concurrency and what functions reserve of it. */

import { AccountConcurrency } from '../../../local/lambda/concurrency.ts';

/** The reasons with which invocations of these functions are throttled, one after another. */
function outcomes(concurrency: AccountConcurrency, names: readonly string[]): (string | undefined)[] {
  return names.map((name) => {
    try {
      concurrency.enter(name);
      return undefined;
    } catch (error) {
      return (error as { reason?: string }).reason;
    }
  });
}

const ACCOUNT = 'ConcurrentInvocationLimitExceeded';
const RESERVED = 'ReservedFunctionConcurrentInvocationLimitExceeded';

test('without a limit nothing is throttled but what is over a reservation', () => {
  const concurrency = new AccountConcurrency();
  concurrency.reserve('own', 1);
  concurrency.reserve('closed', 0);
  expect(outcomes(concurrency, ['a', 'a', 'own', 'own', 'closed'])).toEqual([
    undefined,
    undefined,
    undefined,
    RESERVED,
    RESERVED,
  ]);
});

test('all functions share the limit, and an invocation that ends makes room', () => {
  const concurrency = new AccountConcurrency(3);
  expect(outcomes(concurrency, ['a', 'b', 'a', 'b'])).toEqual([undefined, undefined, undefined, ACCOUNT]);
  concurrency.leave('a');
  expect(outcomes(concurrency, ['b', 'a'])).toEqual([undefined, ACCOUNT]);
});

test('a reservation belongs to its function, and the others share the rest', () => {
  const concurrency = new AccountConcurrency(103);
  concurrency.reserve('own', 2);
  const others = Array.from({ length: 102 }, () => 'other');
  expect(outcomes(concurrency, others).filter(Boolean)).toEqual([ACCOUNT]);
  expect(outcomes(concurrency, ['own', 'own', 'own'])).toEqual([undefined, undefined, RESERVED]);
  concurrency.reserve('own', undefined);
  concurrency.leave('other');
  expect(outcomes(concurrency, ['own'])).toEqual([undefined]);
});

test('100 invocations stay unreserved, and all of those of a smaller account', () => {
  const usual = new AccountConcurrency(1000);
  usual.reserve('a', 500);
  expect(() => usual.reserve('b', 401)).toThrow('UnreservedConcurrentExecution below its minimum value of [100].');
  expect(() => usual.reserve('b', 400)).not.toThrow();
  const fresh = new AccountConcurrency(10);
  expect(() => fresh.reserve('a', 1)).toThrow(
    expect.objectContaining({ name: 'InvalidParameterValueException', message: expect.stringContaining('[10]') }),
  );
  expect(() => fresh.reserve('a', 0)).not.toThrow();
});
