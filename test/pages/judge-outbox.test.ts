import { Outbox, type OutboxState, type Unsaved } from '../../functions/pages/judge/outbox.ts';

const unsaved = (pair: string, decision: Unsaved['decision'] = 'first'): Unsaved => ({
  ...{ id: `id-${pair}`, pair, by: 'Ada' },
  decision,
});

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** An outbox whose sends end when the test says so. */
function outbox(stored: readonly Unsaved[] = []) {
  const storage = new Map([['key', JSON.stringify(stored)]]);
  const sent: Unsaved[] = [];
  const states: OutboxState[] = [];
  let failure: Error | undefined;
  const made = new Outbox({
    send: async (each) => {
      if (failure) throw failure;
      sent.push(each);
    },
    isFinal: (error) => (error as Error).message === 'gone',
    storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value) },
    key: 'key',
    onChange: (state) => states.push(state),
  });
  const fail = (message?: string) => {
    failure = message === undefined ? undefined : new Error(message);
  };
  const kept = () => JSON.parse(storage.get('key') ?? '') as Unsaved[];
  return { outbox: made, sent, states, fail, kept };
}

const settled = () => jest.advanceTimersByTimeAsync(0);

test('decisions are saved in their order, one at a time', async () => {
  const { outbox: box, sent, states, kept } = outbox();
  box.add(unsaved('a'));
  box.add(unsaved('b'));
  expect(kept()).toHaveLength(2);
  await settled();
  expect([sent.map(({ pair }) => pair), kept()]).toEqual([['a', 'b'], []]);
  expect(states.at(-1)).toEqual({ unsaved: 0, saved: 2 });
});

test('what fails is kept and tried again after 2, 4, 8 seconds and so on, 30 at most', async () => {
  const { outbox: box, sent, states, fail, kept } = outbox();
  fail('no network');
  box.add(unsaved('a'));
  await settled();
  expect(states.at(-1)).toMatchObject({ unsaved: 1, retrySeconds: 2 });
  for (const seconds of [2, 4, 8, 16, 30]) await jest.advanceTimersByTimeAsync(seconds * 1000);
  expect(states.map(({ retrySeconds }) => retrySeconds)).toEqual([2, 4, 8, 16, 30, 30]);
  expect(kept()).toHaveLength(1);
  fail();
  await jest.advanceTimersByTimeAsync(30_000);
  expect([sent.length, kept(), states.at(-1)]).toEqual([1, [], { unsaved: 0, saved: 1 }]);
});

test('a correction replaces a decision on the same pair that is not saved yet', async () => {
  const { outbox: box, sent, fail, kept } = outbox();
  fail('no network');
  box.add(unsaved('a'));
  await settled();
  box.add(unsaved('a', 4));
  await settled();
  expect(kept()).toEqual([unsaved('a', 4)]);
  fail();
  await box.send();
  await settled();
  expect(sent).toEqual([unsaved('a', 4)]);
});

test('a correction during the save of the earlier decision is saved after it', async () => {
  const { outbox: box, sent } = outbox();
  box.add(unsaved('a'));
  box.add(unsaved('a', 'second'));
  await settled();
  expect(sent).toEqual([unsaved('a'), unsaved('a', 'second')]);
});

test('what an earlier visit could not save is saved now', async () => {
  const { outbox: box, sent } = outbox([unsaved('a')]);
  await box.send();
  expect(sent).toEqual([unsaved('a')]);
});

test('what can never be saved is dropped, and those after it are saved', async () => {
  const { outbox: box, sent, states, fail, kept } = outbox();
  fail('gone');
  box.add(unsaved('a'));
  await settled();
  expect([states.at(-1)?.unsaved, String(states.at(-1)?.error), kept()]).toEqual([0, 'Error: gone', []]);
  fail();
  box.add(unsaved('b'));
  await settled();
  expect(sent).toEqual([unsaved('b')]);
});
