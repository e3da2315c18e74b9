import { checkCodeStorage, checkConcurrency, checkMemory } from '../../../cli/doctor/checks/quotas.ts';

const endpoint = { memoryMb: 1769, uploadConcurrency: 5 };
const GB = 1024 ** 3;
const storage = { mostCodeBytes: 75 * GB, mostFunctionBytes: GB / 4 };

describe('concurrency', () => {
  test.each([
    // Uploads of 5, a caller and a tick.
    [[endpoint], 7, 7, 'ok'],
    [[endpoint], 10, 6, 'warning'],
    [[endpoint, endpoint], 10, 10, 'warning'],
    [[endpoint, endpoint], 1000, 1000, 'ok'],
    // What is reserved is no longer shared.
    [[{ ...endpoint, reservedConcurrency: 900 }], 1000, 1000, 'ok'],
    [[{ ...endpoint, reservedConcurrency: 901 }], 1000, 1000, 'failed'],
    [[{ ...endpoint, reservedConcurrency: 1 }], 10, 10, 'failed'],
    [[{ ...endpoint, reservedConcurrency: 500 }], 1000, 599, 'failed'],
  ])('%j of %d, %d unreserved: %s', (endpoints, concurrency, unreserved, outcome) => {
    expect(checkConcurrency(endpoints, { concurrency, unreserved }, endpoints).outcome).toBe(outcome);
  });

  test('a reservation that fails says what AWS keeps', () => {
    const reserving = [{ ...endpoint, reservedConcurrency: 950 }];
    expect(checkConcurrency(reserving, { concurrency: 1000, unreserved: 1000 }, reserving)).toMatchObject({
      words: '950 of 1000 invocations are to be reserved; AWS keeps 100 unreserved',
      remedy: expect.stringMatching(/^aws service-quotas .* \(or take reservedConcurrency out of the settings\)$/),
    });
  });

  test('after the deployment the reservation is made', () => {
    const reserving = [{ ...endpoint, reservedConcurrency: 900 }];
    expect(checkConcurrency(reserving, { concurrency: 1000, unreserved: 100 }, []).outcome).toBe('ok');
  });

  test.each([
    [50, 'ok'],
    [101, 'failed'],
  ])('beside a reservation that is made, a new endpoint reserves %d: %s', (reservedConcurrency, outcome) => {
    const made = { ...endpoint, reservedConcurrency: 800 };
    const added = { ...endpoint, reservedConcurrency };
    const quotas = { concurrency: 1000, unreserved: 200 };
    expect(checkConcurrency([made, added], quotas, [added]).outcome).toBe(outcome);
  });
});

describe('memory', () => {
  const large = [endpoint, { ...endpoint, memoryMb: 4096 }];

  test.each([
    [[endpoint], 10, [endpoint], 'ok'],
    [[{ ...endpoint, memoryMb: 3008 }], 10, [{ ...endpoint, memoryMb: 3008 }], 'ok'],
    [large, 10, large, 'failed'],
    [large, 1000, large, 'warning'],
    [large, 10, [], 'ok'],
    // A new endpoint beside the large one.
    [large, 10, [endpoint], 'ok'],
  ])('%j with %d concurrent invocations, not deployed yet %j: %s', (endpoints, concurrency, added, outcome) => {
    expect(checkMemory(endpoints, { concurrency }, added).outcome).toBe(outcome);
  });

  test('a new account names the setting', () => {
    expect(checkMemory(large, { concurrency: 10 }, large)).toEqual({
      outcome: 'failed',
      words: 'a function has 4096 MB, a new account allows 3008; with 10 concurrent invocations this account is new',
      remedy: 'set memoryMb to 3008 at most, or ask AWS Support for more memory',
      measured: { value: 4096, unit: 'MB' },
    });
  });
});

describe('code storage', () => {
  test.each([
    [0, 'ok'],
    [60 * GB, 'ok'],
    [60 * GB + 1, 'warning'],
    [74.5 * GB, 'warning'],
    [74.5 * GB + 1, 'failed'],
  ])('%d bytes for two endpoints: %s', (codeBytes, outcome) => {
    expect(checkCodeStorage([endpoint, endpoint], { ...storage, codeBytes }, { isLocal: false }).outcome).toBe(outcome);
  });

  test('a full one says how much a release needs', () => {
    expect(checkCodeStorage([endpoint, endpoint], { ...storage, codeBytes: 75 * GB }, { isLocal: true })).toMatchObject(
      {
        words: '75.00 of 75 GB are used by all versions and layers; a release of all endpoints can need 0.50 GB',
        remedy: 'npm run versions -- prune --keep 5 --local (or delete versions of other functions of this account)',
      },
    );
  });
});
