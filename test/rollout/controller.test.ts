/** The controller's parts between the pure core and AWS: the alias, which recorded requests are replayed. */

import { randomBytes } from 'node:crypto';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import {
  ListExecutionsCommand,
  type SFNClient,
  type StartExecutionCommand,
  type StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TICK } from '../../cli/costs/bill.ts';
import { KEYS } from '../../functions/contract.ts';
import { startRollout } from '../../functions/judge/state.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary } from '../../functions/plan/plan.ts';
import type { CheckedPlan } from '../../functions/plan/plan-schema.ts';
import { Alias, AliasMovedError, UnknownRoutingError } from '../../functions/platform/alias.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { ControlRecord } from '../../functions/records/control.ts';
import { decided, recordedIds, resultId, uploadName } from '../../functions/records/recorded-requests.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { claim, withdraw } from '../../functions/rollout/act.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { GoldenGateError, startNewVersion } from '../../functions/rollout/start.ts';
import { tick } from '../../functions/rollout/tick.ts';
import type { Traffic } from '../../functions/rollout/traffic.ts';
import { aliases } from './fixtures/aliases.ts';

/** RFC 9562: 48 bits of time, the version, 12 random bits, the variant, 62 random bits. */
function uuidv7(milliseconds: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const NOW = new Date('2026-11-22T12:00:00Z');

const note = { by: 'rollout', at: NOW.toISOString() };

describe('the alias', () => {
  test('a move is read back with its note', async () => {
    const { live } = aliases();
    const to = { version: '1', candidate: { version: '2', percent: 7 } };
    await live.move(await live.read(), to, { ...note, previous: '3', rollout: '2', move: 1 });
    expect(await live.read()).toMatchObject({ routing: to, note: { ...note, previous: '3', rollout: '2', move: 1 } });
  });

  test('a move without a note is recognised: the note is of another routing', async () => {
    const { functions, live } = aliases();
    await live.move(await live.read(), { version: '1', candidate: { version: '2', percent: 12.345 } }, note);
    expect(await live.read()).not.toHaveProperty('movedByHand');
    functions.setAlias('detect', 'live', { version: '1', weights: { 2: 0.05 } });
    expect(await live.read()).toMatchObject({ movedByHand: true, note: { by: 'rollout' } });
  });

  test('a move by someone else in between is not overwritten', async () => {
    const { live } = aliases();
    const read = await live.read();
    await live.move(read, { version: '3' }, note);
    await expect(live.move(read, { version: '2' }, note)).rejects.toThrow(
      'Expected the alias live to be as it was read (version 1: 100 %), but it was moved meanwhile',
    );
    expect((await live.read()).routing).toEqual({ version: '3' });
  });

  test.each(['', 'moved at night', '{"by":1}', '{"previous":"2"}', '[]', 'null'])(
    'a description that is no note of ours is none: %s',
    async (description) => {
      const { functions, live } = aliases();
      functions.setAlias('detect', 'live', { description });
      expect(await live.read()).not.toHaveProperty('note');
    },
  );

  test('two additional versions are an unknown routing', async () => {
    const given = {
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1, 3: 0.1 } },
    };
    const live = new Alias({ send: async () => given } as unknown as LambdaClient, 'detect', 'live');
    await expect(live.read()).rejects.toThrow(UnknownRoutingError);
  });
});

describe('what a deployment does to the alias', () => {
  test('a tick that outlives its stopped execution cannot give traffic to its candidate', async () => {
    const { live } = aliases();
    const seenByTick = await live.read();
    await claim(live, '3', NOW);
    const late = live.move(seenByTick, { version: '1', candidate: { version: '2', percent: 10 } }, note);
    await expect(late).rejects.toThrow(AliasMovedError);
    expect((await live.read()).routing).toEqual({ version: '1' });
  });

  test("the older candidate's share is taken away, and the version before is remembered", async () => {
    const { live } = aliases();
    const canary = { version: '1', candidate: { version: '2', percent: 10 } };
    await live.move(await live.read(), canary, { ...note, previous: '1', rollout: '2', move: 1 });
    await claim(live, '3', NOW);
    expect(await live.read()).toMatchObject({
      routing: { version: '1' },
      note: { previous: '1', by: 'deployment of version 3', at: NOW.toISOString() },
    });
    expect((await live.read()).note).not.toHaveProperty('rollout');
  });

  test('an alias that serves only the deployed version is left alone', async () => {
    const { live } = aliases();
    const before = await live.read();
    expect(await claim(live, '1', NOW)).toEqual(before);
    expect((await live.read()).revision).toBe(before.revision);
  });

  test('a controller that fails leaves an alias without a candidate alone', async () => {
    const { live } = aliases();
    const before = await live.read();
    await withdraw(live, 'rollout: controller failed', NOW);
    expect((await live.read()).revision).toBe(before.revision);
  });
});

describe('starting the rollout of a deployed version', () => {
  const deployed = {
    Machine: 'arn:aws:states:us-east-1:000000000000:stateMachine:cars',
    Endpoint: 'cars',
    FunctionName: 'detect',
    Version: '2',
    Plan: '[]',
  };

  /** Where a rollout of version 2 was rolled back by an operator, and none is running. */
  function place(running: readonly string[] = []) {
    const sent: (StartExecutionCommand | StopExecutionCommand)[] = [];
    const send = async (command: StartExecutionCommand | StopExecutionCommand | ListExecutionsCommand) => {
      if (command instanceof ListExecutionsCommand)
        return { executions: running.map((name) => ({ name, executionArn: `arn:${name}` })) };
      sent.push(command);
      return {};
    };
    const control: ControlRecord = { id: 'old', version: '2', kind: 'rollback', by: 'Ann', at: NOW.toISOString() };
    const { live, functions } = aliases();
    const stored = new Map<string, unknown>();
    const parts = {
      machines: { send } as unknown as SFNClient,
      alias: live,
      newest: { read: async () => ({ routing: { version: '3' }, revision: '' }) },
      candidate: { golden: async () => ({ ok: false, failure: 'broken' }) } as unknown as FunctionVersion,
      clock: { now: () => NOW },
      objects: {
        findJson: async () => control,
        putJson: async (key: string, value: unknown) => void stored.set(key, value),
      } as unknown as Objects,
    };
    return { parts, sent, functions, stored };
  }

  test('it starts with the live version as stable, and does not execute old orders again', async () => {
    const { parts, sent, stored } = place();
    expect(await startNewVersion(deployed, { id: 'a-b_c' }, parts)).toBe('rollout started');
    expect(stored).toEqual(new Map([[KEYS.plan({ endpoint: 'cars', functionName: 'detect' }), []]]));
    const { name, input = '' } = (sent[0] as StartExecutionCommand).input;
    expect(name).toBe('v2-a-bc');
    expect(JSON.parse(input)).toMatchObject({
      state: { live: '1', candidate: '2', step: 0, control: 'old' },
      newest: '3',
      begun: NOW.toISOString(),
    });
    expect(sent).toHaveLength(1);
  });

  test('running executions are stopped first, except for this request’s own', async () => {
    const { parts, sent } = place(['v3-other', 'v2-own']);
    expect(await startNewVersion(deployed, { id: 'own' }, parts)).toBe('rollout started');
    expect(sent.map(({ input }) => input)).toEqual([
      { executionArn: 'arn:v3-other', error: 'Superseded', cause: 'superseded by version 2' },
    ]);
  });

  test('a deployment that CloudFormation undoes starts no rollout of the version before', async () => {
    const { parts, sent } = place(['v3-other']);
    expect(
      await startNewVersion(deployed, { id: 'undo', before: { FunctionName: 'detect', Version: '3' } }, parts),
    ).toBe('deployment undone');
    expect(sent.map(({ input }) => input)).toEqual([
      { executionArn: 'arn:v3-other', error: 'Superseded', cause: 'superseded by version 2' },
    ]);
  });

  test.each([
    ['9', '10'],
    ['2', '2'],
  ])('from version %s to %s it is no undoing', async (before, Version) => {
    const { parts } = place();
    const request = { id: 'next', before: { FunctionName: 'detect', Version: before } };
    expect(await startNewVersion({ ...deployed, Version }, request, parts)).toBe('rollout started');
  });

  test('a first version that fails its golden pictures fails the deployment', async () => {
    const { parts } = place();
    await expect(startNewVersion({ ...deployed, Version: '1' }, { id: 'first' }, parts)).rejects.toThrow(
      new GoldenGateError(
        'The first version does not pass its golden gate: the version fails on its golden pictures: broken',
      ),
    );
  });

  test('a version that is live already needs no rollout', async () => {
    const { parts, functions, sent } = place();
    functions.setAlias('detect', 'live', { version: '2' });
    expect(await startNewVersion(deployed, { id: 'again' }, parts)).toBe('live already');
    expect(sent).toEqual([]);
  });
});

describe('a tick', () => {
  const { plan } = checkPlan([canary({ percent: 10 })], { kind: 'count', capture: 1 });
  const execution = {
    endpoint: 'cars',
    functionName: 'detect',
    plan: plan as CheckedPlan,
    state: startRollout({ live: '1', candidate: '2' }, NOW.getTime()),
    ticks: 0,
  };

  /** @param orders what is in `control.json` each time it is read; the last stays */
  function place(orders: readonly (ControlRecord | undefined)[] = [undefined]) {
    const { live, functions } = aliases();
    const left = [...orders];
    const objects = {
      findJson: async () => (left.length > 1 ? left.shift() : left[0]),
      putJson: async () => undefined,
    };
    const newest = { read: async () => ({ routing: { version: '2' }, revision: '' }) };
    const times = [NOW, new Date(NOW.getTime() + 90_000)];
    return {
      live,
      functions,
      parts: {
        objects: objects as unknown as Objects,
        alias: live,
        newest: newest as unknown as Alias,
        candidate: { golden: async () => GOLDEN } as unknown as FunctionVersion,
        stable: {} as FunctionVersion,
        traffic: {} as Traffic,
        clock: { now: () => times.shift() ?? NOW },
        executionName: 'v2-test',
        onRecord: () => undefined,
      },
    };
  }

  const car = { label: 'car', confidence: 0.8, box: { x: 0, y: 0, width: 100, height: 100 } };
  const finding = { model: 'counter', picture: 'cars.jpg', expected: [car], found: [car] };
  const GOLDEN = { ok: true, answer: { findings: [{ ...finding, tolerance: { confidence: 0.05, iou: 0.5 } }] } };

  test('a step begins when traffic moves, not when the tick began to measure', async () => {
    const { parts, live } = place();
    const records: TickRecord[] = [];
    const { state } = await tick(execution, { ...parts, onRecord: (record) => records.push(record) });
    expect(records).toMatchObject([{ step: { kind: 'golden' }, steps: [{}, { kind: 'weight', percent: 10 }, {}, {}] }]);
    expect(records[0]).not.toHaveProperty('control');
    expect((await live.read()).routing).toEqual({ version: '1', candidate: { version: '2', percent: 10 } });
    expect(state.since - NOW.getTime()).toBe(90_000);
    expect(state.settledBefore * 60_000 - NOW.getTime()).toBe(120_000);
  });

  test('it reads and writes as many objects as the bill says', async () => {
    const { parts } = place();
    const find = jest.spyOn(parts.objects, 'findJson');
    const put = jest.spyOn(parts.objects, 'putJson');
    await tick(execution, parts);
    expect([find.mock.calls.length, put.mock.calls.length]).toEqual([TICK.gets, TICK.puts]);
  });

  test('a rollback that is ordered while a tick measures is executed by that tick', async () => {
    const order: ControlRecord = { id: 'new', version: '2', kind: 'rollback', by: 'Ann', at: NOW.toISOString() };
    const { parts, live } = place([undefined, order]);
    const records: TickRecord[] = [];
    const answer = await tick(execution, { ...parts, onRecord: (record) => records.push(record) });
    expect(records).toMatchObject([
      { status: 'rolled back', control: 'new', findings: [{ event: 'rollback-ordered', order: 'new', by: 'Ann' }] },
    ]);
    expect(answer).toMatchObject({ next: 'fail', error: 'RolledBack', cause: 'rollback ordered by Ann' });
    expect((await live.read()).routing).toEqual({ version: '1' });
  });

  test('a share that was set by hand is taken away, because no rollout observes it any more', async () => {
    const { parts, live, functions } = place();
    const canaryState = { ...execution.state, step: 1, moves: 1 };
    const note = { previous: '1', rollout: '2', move: 1, by: 'rollout', at: NOW.toISOString() };
    await live.move(await live.read(), { version: '1', candidate: { version: '2', percent: 10 } }, note);
    functions.setAlias('detect', 'live', { version: '1', weights: { 2: 0.05 } });
    const records: TickRecord[] = [];
    const onRecord = (record: TickRecord) => records.push(record);
    const answer = await tick({ ...execution, state: canaryState }, { ...parts, onRecord });
    const words =
      'the live alias was moved by hand, without a note: expected version 1: 90 %, version 2: 10 %; ' +
      'received version 1: 95 %, version 2: 5 %; the share of version 2 is withdrawn';
    expect(records).toMatchObject([{ status: 'stopped', words, traffic: 'version 1: 100 %', needs_a_person: true }]);
    expect(answer).toMatchObject({ next: 'fail', error: 'AliasMovedByHand' });
    expect(await live.read()).toMatchObject({ routing: { version: '1' }, note: { previous: '1', by: 'rollout' } });
    // Killed before its record, the tick is repeated: it stops as well.
    const again = await tick({ ...execution, state: canaryState }, { ...parts, onRecord });
    expect(again).toMatchObject({ next: 'fail', error: 'AliasMovedByHand' });
    expect((await live.read()).routing).toEqual({ version: '1' });
  });

  test('repeated with the same input after it moved traffic, it has the same result', async () => {
    const { parts, live } = place();
    const first = await tick(execution, { ...parts, clock: { now: () => NOW } });
    const { revision } = await live.read();
    const second = await tick(execution, { ...parts, clock: { now: () => NOW } });
    expect(second).toEqual(first);
    expect((await live.read()).revision).toBe(revision);
  });
});

describe('which recorded requests are replayed', () => {
  /** A bucket of which only the list is asked. */
  const holding = (keys: readonly string[]) => {
    const list = async (prefix: string, { after = '', most }: { after?: string; most: number }) =>
      keys
        .filter((key) => key.startsWith(prefix) && key > after)
        .toSorted()
        .slice(0, most);
    const listTagged = async (...range: Parameters<typeof list>) =>
      (await list(...range)).map((key) => ({ key, tag: '"a"' }));
    return { list, listTagged } as unknown as Objects;
  };
  const idsOf = (count: number, msecs = NOW.getTime() - 60_000) =>
    Array.from({ length: count }, (_, index) => uuidv7(msecs + index));
  const recorded = (ids: readonly string[]) => holding(ids.map((id) => KEYS.input('cars', id)));
  const search = { endpoint: 'cars', sample: 1, most: 10, now: NOW };

  test('at first the last ones, then those after the cursor', async () => {
    const ids = idsOf(30);
    expect(await recordedIds(recorded(ids), search)).toEqual(ids.slice(-10));
    expect(await recordedIds(recorded(ids), search, ids[11])).toEqual(ids.slice(12, 22));
    expect(await recordedIds(recorded(ids), search, ids.at(-1))).toEqual([]);
  });

  test('answered uploads are among the others in order of time, although their ids are not', async () => {
    const at = NOW.getTime() - 60_000;
    const [first = '', last = ''] = [uuidv7(at), uuidv7(at + 20)];
    const upload = uploadName(at + 10, 'f'.repeat(32));
    expect(await recordedIds(recorded([last, upload, first]), search)).toEqual([first, upload, last]);
    expect(await recordedIds(recorded([last, upload, first]), search, upload)).toEqual([last]);
    expect([first, upload].map(resultId)).toEqual([first, 'f'.repeat(32)]);
  });

  test('a sample of uploads has the given share', async () => {
    const ids = Array.from({ length: 4000 }, (_, index) =>
      uploadName(NOW.getTime() - 60_000 + index, randomBytes(16).toString('hex')),
    );
    const chosen = await recordedIds(recorded(ids), { ...search, sample: 0.5, most: 4000 });
    // Five standard deviations.
    expect(Math.abs(chosen.length - 2000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  test('with little traffic, the search goes further back', async () => {
    const ids = [...idsOf(3, NOW.getTime() - 20 * 24 * 3_600_000), ...idsOf(2)];
    expect(await recordedIds(recorded(ids), search)).toEqual(ids);
  });

  test.each([0.1, 0.5, 0.9])('a sample has the given share: %d', async (sample) => {
    const ids = idsOf(4000);
    const chosen = await recordedIds(recorded(ids), { ...search, sample, most: 4000 });
    // Five standard deviations.
    const spread = 5 * Math.sqrt(4000 * sample * (1 - sample));
    expect(Math.abs(chosen.length - 4000 * sample)).toBeLessThan(spread);
    expect(await recordedIds(recorded(ids), { ...search, sample, most: 4000 })).toEqual(chosen);
  });

  test('a small sample advances although none of the next ids is in it', async () => {
    const ids = idsOf(20_000);
    const all = await recordedIds(recorded(ids), { ...search, sample: 0.01, most: 4000 });
    let cursor = ids[0] as string;
    for (const expected of all.slice(0, 50)) {
      const [next] = await recordedIds(recorded(ids), { ...search, sample: 0.01, most: 1 }, cursor);
      expect(next).toBe(expected);
      cursor = expected;
    }
  });

  test('decisions count as long as pictures are kept, and those of uploads do not count', async () => {
    const old = idsOf(2, NOW.getTime() - 40 * 24 * 3_600_000);
    const fresh = idsOf(3);
    const upload = '0af7651916cd43dd8448eb211c80319c';
    const decisions = holding([...old, ...fresh, upload].map((id) => KEYS.decision('cars', id)));
    expect((await decided(decisions, search)).map(({ id }) => id)).toEqual(fresh);
  });
});
