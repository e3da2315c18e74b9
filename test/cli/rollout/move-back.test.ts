import { AliasContendedError } from '../../../cli/rollout/errors.ts';
import { moveBack } from '../../../cli/rollout/move-back.ts';
import { AliasMovedError } from '../../../functions/platform/alias.ts';
import { aliases } from '../../rollout/fixtures/aliases.ts';

const CANARY = { version: '1', candidate: { version: '2', percent: 50 } };
const TICK = { rollout: '2', move: 1, by: 'rollout', at: '2026-11-22T12:00:00Z' };

const shadowOf2 = { endpoint: 'count-cars', rollout: { candidate: '2', stable: '1' }, versions: ['1', '2', '3'] };

test('a tick that began before the rollback cannot give traffic to the candidate after it', async () => {
  const { live } = aliases();
  const seenByTick = await live.read();
  await moveBack(live, { ...shadowOf2, live: await live.read() }, 'Ann');
  await expect(live.move(seenByTick, CANARY, TICK)).rejects.toThrow(AliasMovedError);
  expect(await live.read()).toMatchObject({ routing: { version: '1' }, note: { by: 'Ann' } });
});

test('a tick that gives traffic to the candidate while the rollback is being made is undone', async () => {
  const { live } = aliases();
  const seen = await live.read();
  await live.move(seen, CANARY, TICK);
  await moveBack(live, { ...shadowOf2, live: seen }, 'Ann');
  expect(await live.read()).toMatchObject({ routing: { version: '1' }, note: { by: 'Ann' } });
});

test('two other moves of the alias are an error with the name of the last mover', async () => {
  const { functions, live } = aliases();
  const seen = await live.read();
  const contended = Object.assign(Object.create(live), {
    move: async (...given: Parameters<typeof live.move>) => {
      functions.setAlias('detect', 'live', { version: '3', description: '{"by":"Bob","at":"now"}' });
      return live.move(...given);
    },
  });
  const rollback = moveBack(contended, { ...shadowOf2, live: seen }, 'Ann');
  await expect(rollback).rejects.toThrow(
    new AliasContendedError(
      'The live alias of count-cars was moved twice during the rollback, the last time by Bob; live traffic ' +
        'now: version 3: 100 %. Run it again',
    ),
  );
});
