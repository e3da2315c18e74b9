/** Whole rollouts in an emulator as strict as AWS: each journey has its endpoint, and all run at the same time. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RollbackResult } from '../../cli/rollout/commands/rollback.ts';
import type { AliasNote } from '../../functions/platform/alias.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import type { Answer } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { besideHuman } from './beside-human.ts';
import { isLikely } from './binomial.ts';
import { failingEvery, KILLED_TICKS } from './broken-code.ts';
import { byUploads } from './by-uploads.ts';
import { scenesOf, small } from './pictures.ts';
import { likeAws, RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(300_000);

let laptop: RolloutLaptop;
/** Small, so that requests are cheap; three cars in each. */
let cars: readonly Buffer[];

/** Journeys take their time waiting: they run side by side, and each test looks at what came of one. */
const journeys = { promoted, rolledBack, disturbed, superseded, movedByHand, switched, agreed, denied, uploaded };
let ways: { [K in keyof typeof journeys]: ReturnType<(typeof journeys)[K]> };

beforeAll(async () => {
  cars = await scenesOf(await small('cars.jpg'), 32);
  const assembly = await Assembly.synthesize('rollout-endpoints.ts', 'journey');
  for (const name of ['agreed', 'denied']) assembly.release(name, { settings: { answeredBy: 'human' } });
  const killed = assembly.wrap('killed', 'rollout', KILLED_TICKS);
  laptop = await RolloutLaptop.start(assembly, ...likeAws(Object.keys(journeys).length));
  const started = Object.entries(journeys).map(([name, way]) => [name, way(killed)] as const);
  for (const [, way] of started) way.catch(() => undefined);
  ways = Object.fromEntries(started) as never;
});

afterAll(() => laptop?.stop());

/** Publishes the endpoint's next version, which differs by a setting that does not matter. */
async function deployNext(endpoint: string): Promise<void> {
  await laptop.deploy((assembly) => assembly.release(endpoint, {}));
}

/** Until the version gets live traffic. */
function inCanary(endpoint: string, version: string): Promise<TickRecord> {
  return laptop.until(endpoint, version, ({ traffic }) => traffic.includes(`version ${version}: 50 %`));
}

const statuses = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];
const versions = (answers: readonly Answer[]) => [...new Set(answers.map(({ version }) => version))];
const stepsOf = (audit: readonly TickRecord[]) => [...new Set(audit.map(({ step }) => step.words))];

async function aliasOf(endpoint: string) {
  const { FunctionVersion, RoutingConfig, Description = '' } = await laptop.alias(endpoint);
  const { previous, rollout, by } = JSON.parse(Description) as AliasNote;
  return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {}, previous, rollout, by };
}

/** (a) */
async function promoted() {
  await laptop.client.postMany('good', cars, 20);
  await deployNext('good');
  const load = laptop.client.load('good', cars);
  const atTen = await split('good', 10);
  const atFifty = await split('good', 50);
  const end = await laptop.until('good', '2', ({ status }) => status === 'done');
  const before = await load.stop();
  const after = await laptop.client.postMany('good', cars, 20);
  const [audit, alias, { status }] = await Promise.all([
    laptop.audit('good', '2'),
    aliasOf('good'),
    laptop.ended('good', '2'),
  ]);
  return { atTen, atFifty, end, before, after, audit, alias, status };
}

/** Holds the rollout where the candidate gets this share, and counts who answers 400 requests. */
async function split(endpoint: string, percent: number): Promise<Answer[]> {
  await laptop.until(endpoint, '2', ({ traffic }) => traffic.includes(`version 2: ${percent} %`));
  await laptop.operate('hold', endpoint);
  const answers = await laptop.client.postMany(endpoint, cars, 400);
  await laptop.operate('resume', endpoint, '--wait', '0');
  return answers;
}

test('a good candidate passes gate, shadow, 10 %, 50 % and gets everything', async () => {
  const { audit, end, after, before, alias, status } = await ways.promoted;
  expect(stepsOf(audit)).toEqual(['golden gate', 'shadow of live', 'canary at 10 %', 'canary at 50 %']);
  expect(audit.map(({ tick }) => tick)).toEqual(audit.map((_, index) => index + 1));
  expect(end.traffic).toBe('version 2: 100 %');
  expect(versions(after)).toEqual(['2']);
  expect(statuses([...before, ...after])).toEqual([200]);
  expect(alias).toEqual({ version: '2', weights: {}, previous: '1', rollout: '2', by: 'rollout' });
  expect(status).toBe('SUCCEEDED');
});

test.each([
  ['atTen', 0.1],
  ['atFifty', 0.5],
] as const)('the candidate answers the share that was asked for: %s', async (step, share) => {
  const answers = (await ways.promoted)[step];
  const hits = answers.filter(({ version }) => version === '2').length;
  expect(answers).toHaveLength(400);
  expect([hits, isLikely(hits, answers.length, share)]).toEqual([hits, true]);
});

test('a step of traffic is judged by minutes in which both versions got their share', async () => {
  const { audit } = await ways.promoted;
  const counted = audit
    .filter(({ step }) => step.percent === 50)
    .flatMap(({ findings }) => findings.flatMap((finding) => (finding.kind === 'difference' ? [finding.counts] : [])));
  const bare = counted.filter(({ candidate, live }) => live.trials > 20 && candidate.trials === 0);
  expect(bare).toEqual([]);
});

/** (c) */
async function rolledBack() {
  const endpoint = 'back';
  // Too few pictures for the shadow: it waits for more.
  await laptop.client.postMany(endpoint, cars, 5);
  await deployNext(endpoint);
  await laptop.until(endpoint, '2', ({ step }) => step.kind === 'shadow');
  const inShadow = await timedRollback(endpoint, '2');
  await laptop.client.postMany(endpoint, cars, 15);

  await deployNext(endpoint);
  await inCanary(endpoint, '3');
  const inTraffic = await timedRollback(endpoint, '3');

  await deployNext(endpoint);
  const fourth = await laptop.finish(endpoint, '4', cars);
  const afterwards = await timedRollback(endpoint);

  await deployNext(endpoint);
  const fifth = await laptop.finish(endpoint, '5', cars);
  const to = await timedRollback(endpoint, undefined, '2');

  await deployNext(endpoint);
  const sixth = await laptop.finish(endpoint, '6', cars);
  return { inShadow, inTraffic, fourth, afterwards, fifth, to, sixth, alias: await aliasOf(endpoint) };
}

/**
 * Rolls back under requests. The start of a Node process is not counted: on a busy machine it takes seconds by itself.
 * @returns the command's own seconds, and the last answer of another version, ms after the command came back
 */
async function timedRollback(endpoint: string, running?: string, to?: string) {
  const load = laptop.client.load(endpoint, cars);
  const asked = laptop.operate<RollbackResult>('rollback', endpoint, ...(to ? ['--to', to] : []));
  const { after: target, seconds } = await asked;
  const back = performance.now();
  const after = await laptop.client.postMany(endpoint, cars, 20);
  const ended =
    running === undefined ? undefined : await laptop.until(endpoint, running, ({ status }) => status === 'rolled back');
  const answers = [...(await load.stop()), ...after];
  const others = answers
    .filter(({ version }) => !target.startsWith(`version ${version}:`))
    .map(({ answeredAt }) => answeredAt - back);
  const execution = running === undefined ? undefined : await laptop.ended(endpoint, running);
  return { target, seconds, ms: Math.max(0, ...others), answers, after, ended, execution };
}

test.each([
  ['during the shadow', 'inShadow', '1'],
  ['during the canary', 'inTraffic', '1'],
  ['after the end', 'afterwards', '1'],
  ['to a version by number', 'to', '2'],
] as const)('a rollback %s puts all live traffic back within 5 s', async (_, when, version) => {
  const { target, seconds, ms, answers, after } = (await ways.rolledBack)[when];
  expect(target).toBe(`version ${version}: 100 %`);
  expect(versions(after)).toEqual([version]);
  expect(1000 * seconds + ms).toBeLessThan(5000);
  expect(statuses(answers)).toEqual([200]);
});

test.each(['inShadow', 'inTraffic'] as const)(
  'a rollout that an operator rolls back ends as failed: %s',
  async (when) => {
    const { ended, execution } = (await ways.rolledBack)[when];
    expect(ended?.words).toMatch(/^(rollback ordered|rolled back) by journey/);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RolledBack', cause: 'rollback ordered by journey' });
  },
);

test('after each rollback the next deployment works', async () => {
  const { fourth, fifth, sixth, alias } = await ways.rolledBack;
  expect([fourth, fifth, sixth].map(({ status, traffic }) => [status, traffic])).toEqual([
    ['done', 'version 4: 100 %'],
    ['done', 'version 5: 100 %'],
    ['done', 'version 6: 100 %'],
  ]);
  expect(sixth.stable_version).toBe('2');
  expect(statuses([...fourth.answers, ...fifth.answers, ...sixth.answers])).toEqual([200]);
  expect(alias).toEqual({ version: '6', weights: {}, previous: '2', rollout: '6', by: 'rollout' });
});

/** (d) One endpoint whose controller is killed at every tick, and one that is left alone: the same two releases. */
async function disturbed(folder: string) {
  const both = ['steady', 'killed'] as const;
  await Promise.all(both.map((endpoint) => laptop.client.postMany(endpoint, cars, 20)));
  const ends = [];
  for (const [version, code] of [['2', undefined] as const, ['3', failingEvery(1)] as const]) {
    await laptop.deploy((assembly) => {
      for (const endpoint of both) assembly.release(endpoint, code === undefined ? {} : { code });
    });
    const runs = await Promise.all(both.map((endpoint) => laptop.finish(endpoint, version, cars)));
    ends.push(await Promise.all(both.map((endpoint, index) => endOf(endpoint, version, runs[index]?.answers ?? []))));
  }
  const marks = readdirSync(folder).filter((file) => file.endsWith('.attempts'));
  return { ends, attempts: marks.map((file) => readFileSync(join(folder, file), 'utf8')) };
}

async function endOf(endpoint: string, version: string, answers: readonly Answer[]) {
  const [audit, alias, execution] = await Promise.all([
    laptop.audit(endpoint, version),
    laptop.alias(endpoint),
    laptop.ended(endpoint, version),
  ]);
  const { at: _, ...note } = JSON.parse(alias.Description ?? '') as AliasNote;
  const { status, step_number, traffic, outcome } = audit.at(-1) as TickRecord;
  return {
    audit,
    answers,
    end: {
      alias: { version: alias.FunctionVersion, weights: alias.RoutingConfig?.AdditionalVersionWeights, note },
      execution: { status: execution.status, error: execution.error },
      last: { status, step_number, traffic, outcome },
      steps: stepsOf(audit),
    },
  };
}

test.each([
  ['promoted', 0, 'SUCCEEDED'],
  ['rolled back', 1, 'FAILED'],
])('a controller that is killed at every tick comes to the same end: %s', async (_, release, status) => {
  const [steady, killed] = (await ways.disturbed).ends[release] ?? [];
  expect(killed?.end).toEqual(steady?.end);
  expect(killed?.end.execution.status).toBe(status);
  expect(killed?.audit.map(({ tick }) => tick)).toEqual(killed?.audit.map((_, index) => index + 1));
});

test('each tick was killed twice: right after its move where it moved traffic, else at its end', async () => {
  const { attempts, ends } = await ways.disturbed;
  const ticks = ends.flatMap(([, killed]) => killed?.audit ?? []).length;
  expect(attempts).toHaveLength(ticks);
  expect(attempts.filter((each) => !/^(end|moved) (end|moved) answered$/.test(each))).toEqual([]);
  // Into the canary and to all traffic; into the canary and back. A repeated attempt may decide otherwise on new
  // measurements, so a move can be missing (the undisturbed third attempt made it) or be repeated.
  const moves = attempts.filter((each) => each.includes('moved')).length;
  expect(moves).toBeGreaterThanOrEqual(1);
});

/** (e) */
async function superseded() {
  const endpoint = 'twice';
  await laptop.client.postMany(endpoint, cars, 20);
  await deployNext(endpoint);
  await inCanary(endpoint, '2');
  await deployNext(endpoint);
  const third = await laptop.finish(endpoint, '3', cars);
  await deployNext(endpoint);
  await deployNext(endpoint);
  const fifth = await laptop.finish(endpoint, '5', cars);
  const executions = await Promise.all(['2', '4'].map((version) => laptop.execution(endpoint, version)));
  return { third, fifth, executions, audit: await laptop.audit(endpoint, '3'), alias: await aliasOf(endpoint) };
}

test('a newer version takes over: the older gets no traffic any more, and the newer is promoted', async () => {
  const { third, fifth, executions, audit, alias } = await ways.superseded;
  for (const [index, version] of ['3', '5'].entries()) {
    const cause = `superseded by version ${version}`;
    // Stopped by the newer one, or ended by its own tick, whichever comes first.
    expect(executions[index]).toMatchObject({ error: 'Superseded' });
    expect(['ABORTED', 'FAILED']).toContain(executions[index]?.status);
    expect(executions[index]?.cause ?? cause).toBe(cause);
  }
  expect(audit.filter(({ traffic }) => traffic.includes('version 2'))).toEqual([]);
  expect(audit[0]?.traffic).toBe('version 1: 100 %');
  expect([third.status, fifth.status, fifth.stable_version]).toEqual(['done', 'done', '3']);
  expect(alias).toEqual({ version: '5', weights: {}, previous: '3', rollout: '5', by: 'rollout' });
  expect(statuses([...third.answers, ...fifth.answers])).toEqual([200]);
});

/** (f) */
async function movedByHand() {
  const endpoint = 'hand';
  await laptop.client.postMany(endpoint, cars, 20);
  await deployNext(endpoint);
  await inCanary(endpoint, '2');
  const moved = await laptop.moveAlias(endpoint, {
    FunctionVersion: '1',
    RoutingConfig: { AdditionalVersionWeights: {} },
    Description: 'moved at night',
  });
  const end = await laptop.until(endpoint, '2', ({ status }) => status === 'stopped');
  const [left, execution] = await Promise.all([laptop.alias(endpoint), laptop.ended(endpoint, '2')]);
  await deployNext(endpoint);
  const third = await laptop.finish(endpoint, '3', cars);
  return { moved, left, end, execution, third };
}

test('an alias moved by hand stays as it is: the rollout stops and reports it, and the next one works', async () => {
  const { moved, left, end, execution, third } = await ways.movedByHand;
  const words =
    'the live alias was moved by hand, without a note: expected version 1: 50 %, version 2: 50 %; ' +
    'received version 1: 100 %';
  expect([left.RevisionId, left.Description]).toEqual([moved.RevisionId, 'moved at night']);
  expect(end).toMatchObject({ words, needs_a_person: true, traffic: 'version 1: 100 %' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'AliasMovedByHand', cause: words });
  expect([third.status, third.traffic]).toEqual(['done', 'version 3: 100 %']);
});

/** (g) */
async function switched() {
  const endpoint = 'green';
  await laptop.client.postMany(endpoint, cars, 5);
  await deployNext(endpoint);
  await laptop.until(endpoint, '2', ({ step }) => step.kind === 'shadow');
  const [green, blue] = await Promise.all([
    laptop.client.postMany(`candidate/${endpoint}`, cars, 5),
    laptop.client.postMany(endpoint, cars, 5),
  ]);
  const load = laptop.client.load(endpoint, cars);
  await laptop.until(endpoint, '2', ({ traffic }) => traffic === 'version 2: 100 %');
  const onGreen = await laptop.client.postMany(endpoint, cars, 10);
  await laptop.operate('rollback', endpoint);
  const onBlue = await laptop.client.postMany(endpoint, cars, 10);
  const back = await laptop.until(endpoint, '2', ({ status }) => status === 'rolled back');
  await deployNext(endpoint);
  const third = await laptop.until(endpoint, '3', ({ status }) => status === 'done');
  const answers = await load.stop();
  return { green, blue, onGreen, onBlue, back, third, answers, audit: await laptop.audit(endpoint, '3') };
}

test('green answers on its own address before it gets traffic', async () => {
  const { green, blue } = await ways.switched;
  expect([statuses(green), versions(green)]).toEqual([[200], ['2']]);
  expect([statuses(blue), versions(blue)]).toEqual([[200], ['1']]);
});

test('blue and green are switched and switched back without a failed request', async () => {
  const { onGreen, onBlue, back, third, answers, audit } = await ways.switched;
  expect([versions(onGreen), versions(onBlue)]).toEqual([['2'], ['1']]);
  // The command's own record, or that of the tick that heard of it: whichever comes first.
  expect(back).toMatchObject({
    words: expect.stringMatching(/^(rollback ordered|rolled back) by journey/),
    traffic: 'version 1: 100 %',
  });
  expect(stepsOf(audit)).toEqual(['golden gate', 'shadow of live', 'bake with all traffic']);
  expect(third.traffic).toBe('version 3: 100 %');
  expect(answers.length).toBeGreaterThan(20);
  expect(statuses(answers)).toEqual([200]);
});

/** (h) */
function agreed() {
  return besideHuman(laptop, cars, 'agreed', 3);
}

function denied() {
  return besideHuman(laptop, cars, 'denied', 9);
}

test('an endpoint answered by a human shows decisions only; a model that counts the same is promoted', async () => {
  const { asked, stranger, open, before, after, end, audit } = await ways.agreed;
  expect(statuses([...asked, ...open])).toEqual([200]);
  expect(stranger.status).toBe(400);
  expect(before).toMatchObject({ status: 'undecided', count: null });
  expect(before).not.toHaveProperty('detections');
  expect(after).toMatchObject({ status: 'decided', count: 3, decision: { count: 3 } });
  expect(stepsOf(audit)).toEqual(['golden gate', 'shadow of a human', 'canary at 50 %']);
  expect(audit.findLast(({ step }) => step.kind === 'shadow')?.words).toContain(
    'count differs by 0 % (mean of 20 pictures with objects)',
  );
  expect([end.status, end.traffic]).toEqual(['done', 'version 2: 100 %']);
});

test('a model that counts otherwise than the human is refused before it gets traffic', async () => {
  const { end, audit } = await ways.denied;
  expect([end.status, end.step.words, end.traffic]).toEqual(['rolled back', 'shadow of a human', 'version 1: 100 %']);
  expect(end.words).toContain('count differs by 66.7 %');
  expect(audit.every(({ traffic }) => traffic === 'version 1: 100 %')).toBe(true);
});

/** (i) */
function uploaded() {
  return byUploads(laptop, cars, 'uploaded');
}

test('an endpoint that gets uploads alone has shadow, canary and promotion', async () => {
  const { end, audit, counts } = await ways.uploaded;
  expect(stepsOf(audit)).toEqual(['golden gate', 'shadow of live', 'canary at 50 %']);
  expect([end.status, end.traffic]).toEqual(['done', 'version 2: 100 %']);
  expect(counts.candidate.requests).toBeGreaterThanOrEqual(10);
  expect(counts.candidate.failures + counts.live.failures).toBe(0);
});
