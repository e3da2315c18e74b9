import fc from 'fast-check';
import { OrderRefusedError } from '../../../cli/rollout/errors.ts';
import { moveInWords, noteOf, planRollback, type RollbackCase } from '../../../cli/rollout/rollback-plan.ts';
import { operatorRecord, writeOperatorRecord } from '../../../cli/rollout/rollback-record.ts';
import type { Routing } from '../../../functions/judge/routing.ts';
import type { AliasNote } from '../../../functions/platform/alias.ts';
import { live, reading } from '../../standing/readings.ts';

const alias = (routing: Routing, note?: Partial<AliasNote>) => ({
  routing,
  revision: 'r',
  ...(note && { note: { by: 'rollout', at: '2026-11-22T12:00:00Z', ...note } }),
});

const given = (changes: Partial<RollbackCase>): RollbackCase => ({
  endpoint: 'count-cars',
  live,
  versions: ['1', '2', '3', '4'],
  ...changes,
});

const rollout = { candidate: '4', stable: '3' };

test('during a canary all traffic goes back to the stable version, and the note keeps the version before it', () => {
  expect(planRollback(given({ rollout }))).toEqual({ from: '4', to: { version: '3' }, previous: '2' });
});

test('in a shadow the stable version keeps its traffic', () => {
  const plan = planRollback(given({ rollout, live: alias({ version: '3' }, { previous: '2' }) }));
  expect(plan).toMatchObject({ from: '4', to: { version: '3' } });
});

test('in a bake the stable version gets all traffic back', () => {
  const plan = planRollback(given({ rollout, live: alias({ version: '4' }, { previous: '3' }) }));
  expect(plan).toEqual({ from: '4', to: { version: '3' } });
});

test('after the end it goes to the previous version in the note, which is removed then', () => {
  const plan = planRollback(given({ live: alias({ version: '4' }, { previous: '3' }) }));
  expect(plan).toEqual({ from: '4', to: { version: '3' } });
  expect(noteOf(plan, 'Ann', new Date(0))).toEqual({ by: 'Ann', at: '1970-01-01T00:00:00.000Z' });
});

test('weights without a running rollout are removed', () => {
  expect(planRollback(given({}))).toMatchObject({ from: '4', to: { version: '3' } });
});

test('--to goes to any published version, during a rollout, too', () => {
  expect(planRollback(given({ rollout, to: '1' }))).toEqual({ from: '4', to: { version: '1' } });
  expect(planRollback(given({ live: alias({ version: '4' }), to: '2' }))).toMatchObject({ to: { version: '2' } });
});

test('after a move to a later version, the next rollback goes back to the one that was left', () => {
  expect(planRollback(given({ live: alias({ version: '1' }, { previous: '9' }), to: '3' }))).toEqual({
    from: '1',
    to: { version: '3' },
    previous: '1',
  });
  expect(planRollback(given({ live: alias({ version: '4' }), to: '3' }))).not.toHaveProperty('previous');
});

test.each<[Partial<RollbackCase>, string]>([
  [{ to: '9' }, 'Expected a published version of count-cars for --to (1, 2, 3, 4), received 9'],
  [
    { live: alias({ version: '4' }), to: '4' },
    'Version 4 of count-cars already has all traffic; choose another one with --to',
  ],
  [
    { live: alias({ version: '4' }, { previous: '4' }) },
    'Version 4 of count-cars already has all traffic; choose another one with --to',
  ],
  [{ live: alias({ version: '4' }) }, 'No previous version of count-cars is recorded; choose one with --to: 1, 2, 3'],
  [
    { live: alias({ version: '1' }), versions: ['1'] },
    'No previous version of count-cars is recorded; no other version is published',
  ],
  [
    { rollout, to: '4' },
    'Expected an earlier version of count-cars for --to, received the candidate 4; promote --all gives it all traffic',
  ],
  [
    { rollout, live: alias({ version: '4' }), to: '4' },
    'Version 4 of count-cars already has all traffic; choose another one with --to',
  ],
])('refused %#', (changes, message) => {
  expect(() => planRollback(given(changes))).toThrow(new OrderRefusedError(message));
});

test('a plan sends all traffic to one published version other than the candidate, or is refused', () => {
  const version = fc.constantFrom('1', '2', '3', '4');
  const routing = fc.record(
    { version, candidate: fc.record({ version, percent: fc.integer({ min: 1, max: 99 }) }) },
    { requiredKeys: ['version'] },
  );
  const cases = fc.record(
    { previous: version, to: version, isRunning: fc.boolean(), routing },
    { requiredKeys: ['isRunning', 'routing'] },
  );
  fc.assert(
    fc.property(cases, ({ previous, to, isRunning, routing }) => {
      const note = previous === undefined ? {} : { previous };
      const own = given({ live: alias(routing as Routing, note), ...(isRunning && { rollout }), ...(to && { to }) });
      try {
        const plan = planRollback(own);
        expect(own.versions).toContain(plan.to.version);
        expect(plan.to.candidate).toBeUndefined();
        if (to) expect(plan.to.version).toBe(to);
        if (isRunning) expect(plan.to.version).not.toBe('4');
      } catch (error) {
        expect(error).toBeInstanceOf(OrderRefusedError);
      }
    }),
  );
});

test('the move in words', () => {
  expect(moveInWords(live.routing, { version: '3' })).toBe('version 3: 90 %, version 4: 10 % → version 3: 100 %');
});

describe('the record of an operator’s rollback', () => {
  const move = { by: 'Ann', before: live.routing, after: { version: '3' }, seconds: 0.4 };
  const rollback = { ...move, from: '4' };
  const now = new Date('2026-11-22T12:30:00Z');
  const record = operatorRecord(rollback, reading, now);

  test('has a tick’s shape, with operator, routings and seconds', () => {
    expect(record).toMatchObject({
      endpoint: 'count-cars',
      version: '4',
      stable_version: '3',
      tick: 12,
      execution: 'v4-abc',
      status: 'rolled back',
      step: { kind: 'weight', percent: 10 },
      outcome: 'roll back',
      words: 'rolled back by Ann: version 3: 90 %, version 4: 10 % → version 3: 100 %, in 0.4 s',
      traffic: 'version 3: 100 %',
      findings: [{ kind: 'event', outcome: 'roll back', event: 'rolled-back', ...move }],
    });
    expect(record.steps[record.step_number]).toEqual(record.step);
    expect(record.steps.at(-1)?.kind).toBe('done');
  });

  test('of a move to a later version is one of that version, and no rollback of the one before', () => {
    const forward = { by: 'Ann', from: '1', before: { version: '1' }, after: { version: '4' }, seconds: 0.4 };
    expect(operatorRecord(forward, reading, now)).toMatchObject({
      version: '4',
      stable_version: '1',
      execution: 'v4-abc',
      tick: 12,
      status: 'done',
      outcome: 'promote',
      words: 'all traffic moved by Ann: version 1: 100 % → version 4: 100 %, in 0.4 s',
      findings: [{ event: 'moved-forward' }],
    });
  });

  test('has the plan’s steps before the first tick, and none where the rollout was another version’s', () => {
    const { record: _, ...unticked } = reading;
    expect(operatorRecord(rollback, unticked, now)).toMatchObject({
      tick: 0,
      step: { kind: 'golden' },
      step_number: 0,
    });
    expect(operatorRecord({ ...rollback, from: '9' }, reading, now)).toMatchObject({
      version: '9',
      tick: 0,
      execution: '',
      step: { kind: 'done' },
      steps: [{ kind: 'done' }],
    });
  });

  test('has a key after the last tick’s and before the next tick’s', async () => {
    const keys: string[] = [];
    const objects = { putJson: async (key: string) => void keys.push(key) };
    const deployed = { endpoint: 'count-cars', functionName: 'cars', objects };
    await writeOperatorRecord(deployed as never, record);
    const prefix = 'rollouts/count-cars/cars/v4-abc/audit/';
    expect(keys).toEqual([`${prefix}000012.rollback-20261122T123000Z.json`]);
    expect([`${prefix}000013.json`, ...keys, `${prefix}000012.json`].toSorted()).toEqual([
      `${prefix}000012.json`,
      ...keys,
      `${prefix}000013.json`,
    ]);
  });
});
