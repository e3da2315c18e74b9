import type { Judging } from '../../functions/api/judge-schemas.ts';
import { judgeAnswerSchema, requestedJudge } from '../../functions/api/judge-schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import { pairOf } from '../../functions/records/pairs.ts';
import { judgeAnswer } from '../../functions/status/judge.ts';
import { queueFor } from '../../functions/status/judge-queue.ts';
import { type FakeClients, fakeClients, tick } from '../standing/fake-clients.ts';

const NOW = new Date('2026-11-22T12:30:00Z');
const at = NOW.toISOString();
const BY_PEOPLE = { kind: 'shadow', baseline: 'live', judge: 'people', words: 'shadow judged by people' } as const;
const STEPS = [
  { kind: 'golden', words: 'golden gate' },
  BY_PEOPLE,
  { kind: 'weight', percent: 10, words: 'canary at 10 %' },
  { kind: 'done', words: 'done' },
] as const;
const IDS = Array.from({ length: 40 }, (_, index) => `019f2a6b-7c1e-7d3a-9a51-${String(index).padStart(12, '0')}`);
const car = (x: number, confidence = 0.9) => ({
  ...{ label: 'car', confidence },
  box: { x, y: 10, width: 20.123, height: 20 },
});
const folderOf = (clients: FakeClients) => recordsFolder(clients, 'v4-abc');

/** A shadow that people judge, with `count` drawn pictures on which the candidate detects one car more. */
function judged(count: number, status = 'RUNNING'): FakeClients {
  const clients = fakeClients(status);
  tick(clients, { step: BY_PEOPLE, steps: STEPS, step_number: 1 });
  const drawn = IDS.slice(0, count);
  for (const id of drawn) addPicture(clients, id);
  clients.stored.set(KEYS.people(folderOf(clients)), {
    updated_at: at,
    test: { goal: 'better' },
    alpha: { rollback: 0.001, promote: 0.01 },
    pictures: drawn.map((id) => ({ id, live: 1, candidate: 2 })),
    open: drawn,
  });
  return clients;
}

function addPicture({ stored, ...clients }: FakeClients, id: string): void {
  const input = KEYS.input('count-cars', id);
  const live = [car(50, 0.31)];
  const candidate = [car(90, 0.99), car(50, 0.32)];
  stored.set(input, 'bytes');
  stored.set(KEYS.result('count-cars', id), {
    ...{ id, endpoint: 'count-cars', created_at: at, source: { kind: 'http' }, status: 'human', request: {} },
    release: { function_version: '3', alias: 'live' },
    image: { width: 640, height: 480 },
  });
  stored.set(KEYS.comparison(recordsFolder(clients, 'v4-abc'), id), {
    ...{ id, compared_at: at, candidate_version: '4', input },
    baseline: { kind: 'live', detections: live, version: '3' },
    candidate: { ok: true, answer: { status: 'done', function_version: '4', detections: candidate, timing_ms: {} } },
    score: scorePicture({ kind: 'live', detections: live }, { status: 'done', detections: candidate }),
  });
}

function prefer(clients: FakeClients, id: string, preference: string, by = 'Ada'): void {
  const pair = pairOf(folderOf(clients), id).name;
  const key = KEYS.decision('count-cars', id);
  const { preferences = [] } = (clients.stored.get(key) ?? {}) as { preferences?: object[] };
  clients.stored.set(key, { preferences: [...preferences, { preference, pair, by, decided_at: at }] });
}

/** Says which side is the candidate's. */
const preferCandidate = (clients: FakeClients, id: string, by?: string) =>
  prefer(clients, id, pairOf(folderOf(clients), id).first === 'candidate' ? 'first' : 'second', by);

async function judging(clients: FakeClients, by?: string): Promise<Judging> {
  const answer = judgeAnswerSchema.parse(await judgeAnswer(clients, by, NOW));
  if (answer.state !== 'judging') throw new Error(`Expected people to judge, received ${answer.state}`);
  return answer;
}

test('pairs have both answers in random order, the picture, and nothing that names a version', async () => {
  const clients = judged(12);
  const { pairs, ...rest } = await judging(clients);
  expect(rest).toEqual({ state: 'judging', endpoint: 'count-cars', version: '4', judged: 0, open: 12, at_least: 11 });
  expect(pairs).toHaveLength(12);
  for (const { id, pair, picture, first, second } of pairs) {
    const { name, first: onFirst } = pairOf(folderOf(clients), id);
    expect(pair).toBe(name);
    expect(picture).toEqual({
      ...{ url: `https://bucket/inputs/count-cars/${id}?for=3600`, width: 640, height: 480 },
    });
    const [live, candidate] = onFirst === 'live' ? [first, second] : [second, first];
    expect(live).toEqual([{ label: 'car', box: { x: 50, y: 10, width: 20.1, height: 20 }, alone: false }]);
    expect(candidate.map(({ box, alone }) => [box.x, alone])).toEqual([
      [50, false],
      [90, true],
    ]);
  }
  expect(new Set(pairs.map(({ first }) => first.length)).size).toBe(2);
  expect(JSON.stringify(pairs)).not.toMatch(/live|candidate|baseline|confidence|0\.99|v4-abc/);
  expect((await judging(clients)).pairs).toEqual(pairs);
});

test('a decision closes a picture at once, whatever it is, and counts in the progress', async () => {
  const clients = judged(12);
  prefer(clients, IDS[0] as string, 'neither');
  prefer(clients, IDS[1] as string, 'cannot tell');
  for (const id of IDS.slice(2, 8)) preferCandidate(clients, id);
  const { pairs, judged: decided, open, at_least, likely } = await judging(clients, 'Ada');
  expect({ decided, open, at_least, likely }).toEqual({ decided: 8, open: 4, at_least: 5, likely: 5 });
  expect(pairs.map(({ id }) => id).toSorted()).toEqual(IDS.slice(8, 12));
});

test('minimums that the shadow has not reached are named, as the last tick found them', async () => {
  const clients = judged(12);
  const lacking = [
    { kind: 'enough', outcome: 'hold', of: 'pictures', have: 114, need: 200 },
    { kind: 'scenes', outcome: 'hold', pictures: 114, different: 70, scenes: 61, need: 100 },
    { kind: 'enough', outcome: 'promote', of: 'ms', have: 60_000, need: 60_000 },
  ] as const;
  tick(clients, { step: BY_PEOPLE, steps: STEPS, step_number: 1, findings: lacking });
  expect((await judging(clients)).also_needs).toEqual([
    { of: 'pictures', have: 114, need: 200 },
    { of: 'scenes', have: 61, need: 100 },
  ]);
  tick(clients, { step: BY_PEOPLE, steps: STEPS, step_number: 1, findings: [] });
  expect(await judging(clients)).not.toHaveProperty('also_needs');
});

test('another person gets every fifth decided picture, too, until three have decided it', async () => {
  const clients = judged(40);
  for (const id of IDS) preferCandidate(clients, id, 'Ada');
  const ofAda = await judging(clients, 'Ada');
  const ofBob = (await judging(clients, 'Bob')).pairs.map(({ id }) => id);
  expect(ofAda.pairs).toEqual([]);
  expect(ofBob.length).toBeGreaterThan(2);
  expect(ofBob.length).toBeLessThan(16);
  const [shared = ''] = ofBob;
  for (const by of ['Bob', 'Cy']) preferCandidate(clients, shared, by);
  expect((await judging(clients, 'Di')).pairs.map(({ id }) => id).toSorted()).toEqual(ofBob.slice(1).toSorted());
});

test('two people at the same time get the open pictures in different orders', () => {
  const open = new Map(IDS.map((id) => [id, { preferences: [] }]));
  const [ada, bob] = [queueFor('Ada', open, 'folder/'), queueFor('Bob', open, 'folder/')];
  expect(ada).toHaveLength(25);
  expect(ada).not.toEqual(bob);
  expect(queueFor('Ada', open, 'folder/')).toEqual(ada);
});

test('an erased picture is left out', async () => {
  const clients = judged(3);
  clients.stored.delete(KEYS.comparison(folderOf(clients), IDS[0] as string));
  clients.stored.delete(KEYS.input('count-cars', IDS[1] as string));
  expect((await judging(clients)).pairs.map(({ id }) => id)).toEqual([IDS[2]]);
});

test('before the first comparison there is no pair yet', async () => {
  const clients = judged(0);
  clients.stored.delete(KEYS.people(folderOf(clients)));
  expect(await judging(clients)).toMatchObject({ judged: 0, open: 0, pairs: [] });
});

test('when the rollout went on or ended, the answer says so, with what people said', async () => {
  const clients = judged(12);
  for (const id of IDS.slice(0, 12)) preferCandidate(clients, id);
  endWithOpen(clients, []);
  tick(clients, { tick: 13, step: STEPS[2], steps: STEPS, step_number: 2 });
  const words =
    '12 pictures judged by people: the candidate is more right on 12, live on 0, both are equally right on 0: ' +
    'better with 99 % certainty';
  const common = { state: 'ended', endpoint: 'count-cars', version: '4', judged: 12, words };
  const traffic = 'version 3: 90 %, version 4: 10 %';
  expect(await judgeAnswer(clients, 'Ada', NOW)).toEqual({
    ...{ ...common, phase: 'running', traffic },
    step: STEPS[2]?.words,
  });
  tick(clients, { tick: 13, step: BY_PEOPLE, steps: STEPS, step_number: 1, status: 'rolled back' });
  expect(await judgeAnswer(clients, 'Ada', NOW)).toMatchObject({ ...common, phase: 'rolled back' });
});

/** The last tick of the shadow found these pictures without a decision. */
function endWithOpen(clients: FakeClients, open: readonly string[]): void {
  const key = KEYS.people(folderOf(clients));
  clients.stored.set(key, { ...(clients.stored.get(key) as object), open });
}

test('decisions after the end are said, but do not change the verdict', async () => {
  const clients = judged(14);
  for (const id of IDS.slice(0, 14)) preferCandidate(clients, id);
  endWithOpen(clients, IDS.slice(12, 14));
  tick(clients, { tick: 13, step: BY_PEOPLE, steps: STEPS, step_number: 1, status: 'rolled back' });
  expect(await judgeAnswer(clients, 'Ada', NOW)).toMatchObject({
    ...{ judged: 12, late: 2 },
    words: expect.stringMatching(/^12 pictures judged by people: the candidate is more right on 12,/),
  });
});

test('an operator who goes on before a verdict: no decision is still to come', async () => {
  const clients = judged(14);
  for (const id of IDS.slice(0, 3)) preferCandidate(clients, id);
  endWithOpen(clients, IDS.slice(3, 14));
  tick(clients, { tick: 13, step: STEPS[2], steps: STEPS, step_number: 2 });
  expect(await judgeAnswer(clients, 'Ada', NOW)).toMatchObject({
    words: expect.stringMatching(/^3 pictures judged by people: .*: not proven to be better or worse$/),
  });
});

test.each([
  ['no rollout', fakeClients('none'), 'judge count-cars starts one) for rollout, received no rollout'],
  [
    'a rollout by agreement',
    withTick({}),
    'judge count-cars) for rollout, received the rollout of version 4, running in canary at 10 %',
  ],
  [
    'one that was rolled back',
    withTick({ status: 'rolled back' }),
    'judge count-cars starts one) for rollout, received the rollout of version 4, rolled back in canary at 10 %',
  ],
])('%s has nothing to judge: the problem says what to do', async (_what, clients, words) => {
  await expect(judgeAnswer(clients, undefined, NOW)).rejects.toThrow(words);
});

function withTick(changes: Parameters<typeof tick>[1]): FakeClients {
  const clients = fakeClients();
  tick(clients, changes);
  return clients;
}

test('the name of the judge has at most 200 characters', () => {
  expect([requestedJudge(), requestedJudge({ by: '' }), requestedJudge({ by: 'Ada' })]).toEqual([
    undefined,
    undefined,
    'Ada',
  ]);
  expect(() => requestedJudge({ by: 'x'.repeat(201) })).toThrow('Expected a name of at most 200 characters for by');
});
