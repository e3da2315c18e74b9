/** The state stays small whatever a shadow has compared, and a repeated tick continues from the same progress. */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { KEYS } from '../../functions/contract.ts';
import { freshStep, startRollout } from '../../functions/judge/state.ts';
import { checkPlan, MOST_PHASES } from '../../functions/plan/check-plan.ts';
import { canary, type Phase, type Plan, shadow } from '../../functions/plan/plan.ts';
import type { CheckedPlan } from '../../functions/plan/plan-schema.ts';
import type { Alias } from '../../functions/platform/alias.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { Execution, TickAnswer } from '../../functions/records/execution.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import type { ShadowProgress } from '../../functions/records/shadow-progress.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { tick } from '../../functions/rollout/tick.ts';
import type { Traffic } from '../../functions/rollout/traffic.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const FOLDER = KEYS.rollout({ endpoint: 'cars', functionName: 'detect' }, 'v2-test');
/** Step Functions allows 262,144 bytes; the answer of a tick, an error and its cause are part of it. */
const MOST_BYTES = 200_000;

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const checked = (plan: Plan) => checkPlan(plan, { kind: 'count', capture: 1 }).plan as CheckedPlan;
const idOf = (index: number) =>
  `${idAt(NOW.getTime() - 3_600_000 + index)}aaa-8aaa-${index.toString(16).padStart(12, '0')}`;

/** A bucket in memory, with a human's decision about each of `count` pictures. */
function bucket(count: number) {
  const stored = new Map<string, unknown>();
  for (let index = 0; index < count; index += 1) {
    const id = idOf(index);
    const decided_at = NOW.toISOString();
    stored.set(KEYS.decision('cars', id), { count: index % 7, decided_at });
    stored.set(KEYS.result('cars', id), {
      ...{ id, endpoint: 'cars', status: 'human', created_at: decided_at, source: { kind: 'http' } },
      release: { function_version: '1', alias: 'live' },
      image: { width: 200, height: 200 },
      request: {},
      fingerprint: { sha256: createHash('sha256').update(id).digest('hex') },
    });
  }
  const objects = {
    findJson: async (key: string) => stored.get(key),
    exists: async () => true,
    putJson: async (key: string, value: unknown) => void stored.set(key, JSON.parse(JSON.stringify(value))),
    listTagged: async (prefix: string, { after = '', most }: { after?: string; most: number }) =>
      [...stored.keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .slice(0, most)
        .map((key) => ({
          key,
          tag: createHash('md5')
            .update(JSON.stringify(stored.get(key)))
            .digest('hex'),
        })),
  };
  return { stored, objects: objects as unknown as Objects };
}

/** Runs one tick. @param maxReplays the tick is killed in the replay after these */
function run(execution: Execution, objects: Objects, maxReplays = Number.POSITIVE_INFINITY): Promise<TickAnswer> {
  let replays = 0;
  const replay = async () => {
    replays += 1;
    if (replays > maxReplays) throw new Error('killed');
    return { ok: true, answer: { status: 'done', detections: [], timing_ms: { total: 100 } } };
  };
  const version = { replay } as unknown as FunctionVersion;
  const aliasAt = (at: string) =>
    ({ read: async () => ({ routing: { version: at }, revision: 'r' }) }) as unknown as Alias;
  return tick(execution, {
    objects,
    alias: aliasAt('1'),
    newest: aliasAt('2'),
    candidate: version,
    stable: version,
    traffic: { usualTimes: async () => ({ slowerThanMs: 200 }), usual: async () => undefined } as unknown as Traffic,
    clock: { now: () => NOW },
    executionName: 'v2-test',
    onRecord: () => undefined,
  });
}

const wide = { tolerance: 0.99, margin: 0.99 };
const human = shadow({ baseline: 'human', pictures: 50_000, gates: { countError: wide, errorRate: wide } });

/** A rollout in the human shadow of this plan. */
function inShadow(plan: Plan = [human, canary({ percent: 10 })]): Execution {
  const state = { ...startRollout({ live: '1', candidate: '2' }, NOW.getTime()), ...freshStep(NOW.getTime()), step: 1 };
  return { endpoint: 'cars', functionName: 'detect', plan: checked(plan), state, ticks: 1 };
}

/** Continues until a tick compares nothing more. */
async function runAll(first: Execution, objects: Objects): Promise<Execution> {
  let execution = first;
  for (;;) {
    const next = await run(execution, objects);
    if (next.shadow?.tick === execution.shadow?.tick) return next;
    execution = next;
  }
}

function progressOf({ shadow: saved }: Execution, stored: ReadonlyMap<string, unknown>): ShadowProgress {
  return stored.get(KEYS.progress(FOLDER, saved?.tick ?? 0)) as ShadowProgress;
}

test('the state has the same size after a thousand pictures of a human shadow as after two hundred', async () => {
  const { objects, stored } = bucket(1000);
  const first = await run(inShadow(), objects);
  const last = await runAll(first, objects);
  expect(progressOf(last, stored).tally.pictures).toBe(1000);
  expect(progressOf(last, stored).seen).toHaveLength(1000);
  expect(bytesOf(last) - bytesOf(first)).toBeLessThan(20);
});

test('a tick that is killed and repeated comes to the same end', async () => {
  const steady = bucket(500);
  const expected = progressOf(await runAll(inShadow(), steady.objects), steady.stored);
  const { objects, stored } = bucket(500);
  let execution: Execution = inShadow();
  for (let ticks = 0; ticks < 4; ticks += 1) {
    await run(execution, objects, 77).catch(() => undefined);
    await run(execution, objects);
    execution = await run(execution, objects);
  }
  expect(progressOf(execution, stored)).toEqual(expected);
});

test('a corrected decision replaces the score of the earlier one, also where all pictures are used', async () => {
  const typo = shadow({ baseline: 'human', pictures: 4, maxPictures: 4, gates: { countError: wide, errorRate: wide } });
  const { objects, stored } = bucket(4);
  const first = await run(inShadow([typo, canary({ percent: 10 })]), objects);
  expect(progressOf(first, stored).tally).toMatchObject({ pictures: 4, objects: { baseline: 0 + 1 + 2 + 3 } });
  stored.set(KEYS.decision('cars', idOf(3)), { count: 0, decided_at: '2026-11-22T12:05:00.000Z' });
  const second = await run(first, objects);
  expect(progressOf(second, stored).tally).toMatchObject({ pictures: 4, objects: { baseline: 0 + 1 + 2 } });
  expect(progressOf(second, stored).seen).toHaveLength(4);
  const third = await run(second, objects);
  expect(progressOf(third, stored)).toEqual(progressOf(second, stored));
});

test('a picture that comes twice has one decision that counts, also after corrections', async () => {
  const { objects, stored } = bucket(3);
  const same = (index: number) => stored.get(KEYS.result('cars', idOf(index))) as Record<string, unknown>;
  stored.set(KEYS.result('cars', idOf(2)), { ...same(2), fingerprint: same(1).fingerprint });
  const decide = (index: number, count: number) =>
    stored.set(KEYS.decision('cars', idOf(index)), { count, decided_at: '2026-11-22T12:05:00.000Z' });
  const tallies = [];
  let execution = await run(inShadow(), objects);
  tallies.push(progressOf(execution, stored).tally);
  for (const [index, count] of [
    [2, 9],
    [1, 5],
    [2, 8],
  ] as const) {
    decide(index, count);
    execution = await run(execution, objects);
    tallies.push(progressOf(execution, stored).tally);
  }
  const counted = { pictures: 2, repeats: 1 };
  expect(tallies).toMatchObject([
    { ...counted, objects: { baseline: 0 + 1 } },
    { ...counted, objects: { baseline: 0 + 1 } },
    { ...counted, objects: { baseline: 0 + 5 } },
    { ...counted, objects: { baseline: 0 + 5 } },
  ]);
});

test('progress of an earlier release goes on', async () => {
  const { objects, stored } = bucket(300);
  const first = await run(inShadow(), objects);
  const { tally, known: _, ...progress } = progressOf(first, stored);
  const { repeats: __, neighbours: ___, ...earlier } = tally;
  stored.set(KEYS.progress(FOLDER, first.shadow?.tick ?? 0), { ...progress, tally: earlier });
  const second = await run(first, objects);
  expect(progressOf(second, stored).tally).toMatchObject({ pictures: 300, repeats: 0, neighbours: 0 });
});

test('progress that the bucket no longer has starts the shadow anew', async () => {
  const { objects, stored } = bucket(300);
  const first = await run(inShadow(), objects);
  expect(progressOf(first, stored).tally.pictures).toBe(200);
  stored.delete(KEYS.progress(FOLDER, first.shadow?.tick ?? 0));
  const again = await run(first, objects);
  expect(progressOf(again, stored).tally.pictures).toBe(200);
});

test('a second shadow does not continue the first one', async () => {
  const plan = [human, human, canary({ percent: 10 })];
  const { objects, stored } = bucket(100);
  const first = await run(inShadow(plan), objects);
  const second = await run({ ...first, state: { ...first.state, step: 2 } }, objects);
  expect(progressOf(second, stored)).toMatchObject({ step: 2, tally: { pictures: 100 } });
});

/** Numbers with many digits, and margins that a million pictures can prove. */
const digits = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const meanGate = fc.record({ tolerance: digits(1e-300, 0.9), margin: digits(0.91, 0.99) });
const phase = fc.tuple(meanGate, digits(1e-6, 0.4), digits(1e-300, 1)).map(([gate, chance, sample]): Phase => {
  const gates = {
    agreement: gate,
    countError: gate,
    errorRate: gate,
    latency: { factor: 1 + chance, ...gate },
    risk: { rollback: chance, promote: chance },
  };
  return shadow({ pictures: 100_000, maxPictures: 1_000_000, sample, maxHold: '999999s', gates });
});

test('the largest state of a checked plan is under 200 KB, whatever its gates', () => {
  const longest = fc.array(phase, { minLength: MOST_PHASES - 1, maxLength: MOST_PHASES - 1 });
  fc.assert(
    fc.property(longest, (phases) => {
      const { plan = [], faults } = checkPlan([...phases, canary({ percent: 10 })], { kind: 'count', capture: 1 });
      expect(faults).toEqual([]);
      const counts = { requests: 1e15, failures: 1e15, timed: 1e15, slow: 1e15 };
      const largest = {
        ...inShadow(),
        endpoint: 'e'.repeat(40),
        functionName: 'f'.repeat(64),
        plan,
        state: {
          ...inShadow().state,
          traffic: { live: counts, candidate: counts },
          slowerThanMs: Math.PI,
          control: crypto.randomUUID(),
          heldBy: '✓'.repeat(60),
        },
        shadow: { step: MOST_PHASES, tick: 1e15 },
        error: 'AliasMovedByHand',
        cause: '✓'.repeat(30_000),
      };
      expect(bytesOf(largest)).toBeLessThan(MOST_BYTES);
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

test('a plan of more phases than the state can carry is a fault', () => {
  const phases = Array.from({ length: MOST_PHASES + 1 }, (_, index) => canary({ percent: index + 1 }));
  expect(checkPlan(phases, { kind: 'count', capture: 1 }).faults).toEqual([
    { path: 'rollout', expected: 'Expected at most 50 phases', value: 51 },
  ]);
});
