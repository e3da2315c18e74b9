import { lateInWords, nextInWords, stateInWords } from '../../functions/pages/judge/end-text.ts';
import { refusalOf } from '../../functions/pages/judge/picture-state.ts';
import { backoffMs, Refresh } from '../../functions/pages/judge/refresh.ts';

describe('a decision', () => {
  const notLoaded = 'The picture is not loaded yet.';
  const tooQuick = 'Too quick: this is a new pair.';

  test.each(['first', 'second', 'both', 'neither', 'count'] as const)('%s needs a picture for 0.3 s', (decision) => {
    expect(refusalOf(decision, { appeared: 0 }, 60_000)).toBe(notLoaded);
    expect(refusalOf(decision, { appeared: 0, painted: 1000 }, 1299)).toBe(tooQuick);
    expect(refusalOf(decision, { appeared: 0, painted: 1000 }, 1300)).toBeUndefined();
  });

  test('"cannot tell" needs no picture, but the pair for 0.3 s', () => {
    expect(refusalOf('cannot tell', { appeared: 1000 }, 1299)).toBe(tooQuick);
    expect(refusalOf('cannot tell', { appeared: 1000 }, 1300)).toBeUndefined();
  });
});

describe('the queue is read', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** @param waits milliseconds that each read returns; after the last one, 30 s */
  function refreshing(waits: readonly (number | undefined)[] = []) {
    const document = Object.assign(new EventTarget(), { hidden: false });
    const window = new EventTarget();
    let reads = 0;
    const read = async () => {
      reads += 1;
      return reads <= waits.length ? waits[reads - 1] : 30_000;
    };
    const refresh = new Refresh({ read, document, window });
    const pass = async (ms: number) => {
      await jest.advanceTimersByTimeAsync(ms);
      return reads;
    };
    return { refresh, document, window, pass };
  }

  test('every 30 s', async () => {
    const { refresh, pass } = refreshing();
    refresh.now();
    expect([await pass(0), await pass(29_999), await pass(1), await pass(30_000)]).toEqual([1, 1, 2, 3]);
  });

  test('not while the page is hidden, and at once when it is visible again', async () => {
    const { refresh, document, pass } = refreshing();
    refresh.now();
    await pass(0);
    document.hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(await pass(120_000)).toBe(1);
    document.hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    expect([await pass(0), await pass(30_000)]).toEqual([2, 3]);
  });

  test('at once when the network is back', async () => {
    const { refresh, window, pass } = refreshing();
    refresh.now();
    await pass(1000);
    window.dispatchEvent(new Event('online'));
    expect(await pass(0)).toBe(2);
  });

  test('once more after a read in progress, and never again after the end', async () => {
    const { refresh, document, pass } = refreshing([30_000, undefined]);
    refresh.now();
    refresh.now();
    expect(await pass(0)).toBe(2);
    document.dispatchEvent(new Event('visibilitychange'));
    refresh.now();
    expect(await pass(120_000)).toBe(2);
  });

  test('after failures, in 2, 4, 8, 16, then 30 s', () => {
    expect([1, 2, 3, 4, 5, 20].map(backoffMs)).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });
});

describe('the end', () => {
  test.each([
    ['done', 'Version 4 has all live traffic.'],
    ['rolled back', 'Version 4 gets no live traffic: the version before it goes on.'],
    ['running', 'The rollout goes on by itself.'],
    ['superseded', 'The rollout of version 4 has ended.'],
  ] as const)('%s: %s', (phase, words) => {
    expect(nextInWords({ version: '4', phase })).toBe(words);
  });

  test('says in which step the rollout goes on', () => {
    expect(stateInWords({ phase: 'running', step: 'canary at 50 %' })).toBe('running in canary at 50 %');
    expect(stateInWords({ phase: 'rolled back' })).toBe('rolled back');
  });

  test('says which decisions came too late', () => {
    expect(lateInWords({ judged: 25 })).toBe('');
    const one = '1 picture was decided after the end: saved, but not counted. The verdict has 25.';
    expect(lateInWords({ judged: 25, late: 1 })).toBe(one);
    expect(lateInWords({ judged: 25, late: 2 })).toMatch(/^2 pictures were decided after the end/);
  });
});
