import { Clock } from '../../../local/clock.ts';
import { Upkeep } from '../../../local/storage/upkeep.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function started() {
  const done: string[] = [];
  const errors: string[] = [];
  const note = (what: string) => async () => {
    done.push(what);
  };
  const state = { save: () => {}, overwriteFreed: note('overwrite'), compact: note('compact') };
  const clock = new Clock(1);
  const metrics = { save: () => {} };
  const onError = (message: string) => errors.push(message);
  const upkeep = new Upkeep({ clock, metrics, state, objects: { expire: note('expire') }, onError });
  upkeep.start();
  return { upkeep, state, done, errors };
}

test('what was deleted is overwritten each minute, and given back each hour after the expiry', async () => {
  const { upkeep, done } = started();
  await jest.advanceTimersByTimeAsync(3_599_999);
  expect(done).toEqual(['expire', 'compact', ...Array(59).fill('overwrite')]);
  await jest.advanceTimersByTimeAsync(1);
  expect(done.slice(-3)).toEqual(expect.arrayContaining(['overwrite', 'expire', 'compact']));
  upkeep.end();
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(done).toHaveLength(64);
});

test('an error is told, and the next minute tries again', async () => {
  const { upkeep, state, errors } = started();
  state.overwriteFreed = () => Promise.reject(new Error('disk full'));
  await jest.advanceTimersByTimeAsync(120_000);
  expect(errors).toEqual(['deleted objects: Error: disk full', 'deleted objects: Error: disk full']);
  upkeep.end();
});
