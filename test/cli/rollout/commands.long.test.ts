/** The commands as a user or a pipeline runs them, against one emulator with a fast clock. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../../../cli/doctor/result.ts';
import type { PredictionAnswer } from '../../../functions/api/schemas.ts';
import { Assembly } from '../../journeys/assembly.ts';
import { scenesOf, small } from '../../journeys/pictures.ts';
import { RolloutLaptop } from '../../journeys/rollout-laptop.ts';
import { type Ended, runCommand, startCommand } from './command.ts';

const ENDPOINT = 'steered';

let laptop: RolloutLaptop;
let scenes: readonly Buffer[];

beforeAll(async () => {
  scenes = await scenesOf(await small('cars.jpg'), 16);
  laptop = await RolloutLaptop.start(await Assembly.synthesize('../../cli/rollout/fixtures/endpoints.ts', 'commands'));
  await post(16);
}, 240_000);

afterAll(async () => {
  await laptop?.laptop.stop();
  laptop?.assembly.remove();
});

const where = () => ['--local', '--home', laptop.laptop.home, '--deployment', 'commands'];
const rollout = (...args: string[]): Promise<Ended> => runCommand(...args, ...where());

/** Sends pictures one after the other. @returns the versions that answered */
async function post(count: number): Promise<string[]> {
  const versions: string[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const headers = { 'content-type': 'image/jpeg' };
    const answer = await fetch(`${laptop.laptop.url}/${ENDPOINT}`, {
      method: 'POST',
      body: new Uint8Array(scenes[sent % scenes.length] as Buffer),
      headers,
    });
    versions.push(((await answer.json()) as PredictionAnswer).release.function_version);
  }
  return versions;
}

/** Publishes the next version and waits until it has half of the traffic. @returns what the deployment printed */
async function deployToCanary(version: string): Promise<string> {
  const printed = await laptop.deploy((assembly) => assembly.release(ENDPOINT, {}));
  await laptop.until(ENDPOINT, version, ({ traffic }) => traffic.includes('50 %'));
  return printed;
}

describe('before there is any rollout', () => {
  test('status shows none, and exits with 0', async () => {
    const { code, out } = await rollout('status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ endpoint: ENDPOINT, phase: 'none', traffic: 'version 1: 100 %' }]);
  });

  test('watch ends at once', async () => {
    const { code, out } = await rollout('watch', ENDPOINT);
    expect([code, out]).toEqual([0, expect.stringContaining('steered: no rollout is running; version 1: 100 %\n')]);
  });

  const refused: [args: string[], code: number, message: string][] = [
    [['hold', ENDPOINT], 1, 'Cannot hold steered: no rollout is running\n'],
    [['rollback', ENDPOINT], 1, 'No previous version of steered is recorded; no other version is published\n'],
    [['rollback', ENDPOINT, '--to', '7'], 1, 'Expected a published version of steered for --to (1), received 7\n'],
    [
      ['rollback', ENDPOINT, '--function', 'nobody'],
      1,
      'ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody\n',
    ],
    [['report', ENDPOINT], 1, 'Expected a rollout of steered to report, received none\n'],
    [['status', 'nobody'], 1, 'Expected an endpoint of commands (steered), received nobody\n'],
    [['hold'], 2, "error: missing required argument 'endpoint'\n(see --help)\n"],
  ];

  test('commands without a rollout are refused', async () => {
    // At the same time: most of each is the start of a process.
    const ended = await Promise.all(refused.map(([args]) => rollout(...args)));
    expect(ended).toEqual(refused.map(([, code, err]) => ({ code, out: '', err })));
  });

  test('a name too long for the alias, an unknown deployment, no emulator', async () => {
    const [long, unknown, none] = await Promise.all([
      rollout('hold', ENDPOINT, '--by', 'x'.repeat(61)),
      runCommand('status', '--local', '--home', laptop.laptop.home, '--deployment', 'other'),
      runCommand('status', '--local', '--home', join(laptop.laptop.home, 'nowhere')),
    ]);
    expect([long.code, long.err]).toEqual([2, expect.stringContaining('a name of 1 to 60 characters, received 61')]);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('Expected the stack other-Platform')]);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('No emulator is running on this laptop')]);
  });
});

describe('during a canary', () => {
  let printed: string;
  beforeAll(async () => {
    printed = await deployToCanary('2');
  }, 120_000);

  test('the deployment has ended with the command that follows it', () => {
    const last = printed.trimEnd().split('\n').at(-1);
    const follow = `npm run rollout -- watch steered --local --home ${laptop.laptop.home}`;
    expect(last).toBe(`Rollout of version 2 started: follow it with ${follow}`);
  });

  test('status shows the step and exits with 10', async () => {
    const { code, out } = await rollout('status', ENDPOINT, '--json');
    expect(code).toBe(10);
    expect(JSON.parse(out)).toMatchObject({
      phase: 'running',
      traffic: 'version 1: 50 %, version 2: 50 %',
      rollout: { version: '2', stable_version: '1', step: 'canary at 50 %', step_number: 3 },
      models: { '1': 'counter-nano 2.0.0' },
    });
  });

  test('the doctor is green, measures a split, and leaves live as it is', async () => {
    const { FunctionVersion, RoutingConfig, RevisionId } = await laptop.alias(ENDPOINT);
    const args = ['--local', '--home', laptop.laptop.home, '--endpoints', 'test/cli/rollout/fixtures/endpoints.ts'];
    const { code, out, err } = await startCommand([...args, '--json'], 'cli/doctor.ts').ended;
    expect([err, code]).toEqual(['', 0]);
    const { checks, ...rest } = JSON.parse(out) as { checks: Row[] };
    expect(rest).toMatchObject({ deployment: 'commands', failed: 0, warning: 0, skipped: 0 });
    const found = Object.fromEntries(checks.map(({ check, words }) => [check, words]));
    expect(found).toMatchObject({
      'aliases steered': expect.stringMatching(/50 %; candidate: version 2; rollout of version 2: canary at 50 %$/),
      'prediction steered': expect.stringMatching(/^counted 3 in cars.jpg .* as expected$/),
      'upload steered': expect.stringMatching(/^counted 3 in cars.jpg .* as expected$/),
      split: expect.stringMatching(/^version 1: \d+, version 2: \d+ of 200 at 50 %/),
      rollback: expect.stringMatching(/^[\d.]+ s until version 1 answered alone/),
      'clean-up': 'removed: upload of steered, alias doctor of steered',
    });
    expect(await laptop.alias(ENDPOINT)).toMatchObject({ FunctionVersion, RoutingConfig, RevisionId });
  });

  test('hold stays until resume, and both wait until a tick has executed them', async () => {
    const held = await rollout('hold', ENDPOINT, '--by', 'Ann');
    expect([held.code, held.out]).toEqual([0, expect.stringMatching(/held by Ann.*\nstatus: held; version 1: 50 %/s)]);
    const waiting = await rollout('status', ENDPOINT);
    expect([waiting.code, waiting.out]).toEqual([11, expect.stringMatching(/version 2: waiting.*hold: held by Ann/s)]);
    const [watched, promoted] = await Promise.all([
      rollout('watch', ENDPOINT, '--version', '2'),
      rollout('promote', ENDPOINT, '--by', 'Bob'),
    ]);
    const refusal = 'Cannot promote version 2 of steered: it is held by Ann. With --resume, promote ends the hold\n';
    expect([promoted.code, promoted.err]).toEqual([1, refusal]);
    expect([watched.code, watched.out]).toEqual([
      11,
      expect.stringContaining('waits for an operator: resume, promote'),
    ]);
    const resumed = await rollout('resume', ENDPOINT, '--json');
    expect([resumed.code, JSON.parse(resumed.out)]).toMatchObject([0, { status: 'running', version: '2' }]);
    const again = await rollout('resume', ENDPOINT);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('its rollout is running, not held')]);
  });

  test('Ctrl-C ends watch, not the rollout', async () => {
    const { child, ended } = startCommand(['watch', ENDPOINT, ...where()]);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect(code).toBe(10);
    expect(out).toMatch(
      /version 2, step 3 of 4, canary at 50 %: hold: .*\nno longer watching steered; its rollout continues\n$/s,
    );
  });

  test('rollback takes the traffic back and ends the rollout', async () => {
    const back = await rollout('rollback', ENDPOINT, '--by', 'Bob');
    const [move, ending, ...rest] = back.out.split('\n');
    expect(move).toMatch(/^steered: version 1: 50 %, version 2: 50 % → version 1: 100 %, in [\d.]+ s$/);
    expect([back.code, ending, rest]).toEqual([0, 'the rollout of version 2 ends with its next tick', ['']]);
    expect(await post(8)).toEqual(Array(8).fill('1'));
    expect(await laptop.ended(ENDPOINT, '2')).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect((await rollout('status', ENDPOINT)).code).toBe(12);
  });

  test('its record is among those of the ticks', async () => {
    const records = await laptop.audit(ENDPOINT, '2');
    const words = expect.stringMatching(/^rolled back by Bob: version 1: 50 %, version 2: 50 % → version 1: 100 %, in/);
    expect(records).toContainEqual(expect.objectContaining({ version: '2', stable_version: '1', words }));
  });

  test('a second rollback has no target', async () => {
    const { code, err } = await rollout('rollback', ENDPOINT);
    expect([code, err]).toEqual([1, expect.stringContaining('choose one with --to: 2')]);
    const named = await rollout('rollback', ENDPOINT, '--to', '1');
    expect([named.code, named.err]).toEqual([1, expect.stringContaining('already has all traffic')]);
  });

  test('start tries the version again, and only once at a time', async () => {
    const { code, out } = await rollout('start', ENDPOINT, '--by', 'Ann');
    const given = ` --local --home ${laptop.laptop.home} --deployment commands`;
    const follow = `follow it with npm run rollout -- watch steered --version 2${given}`;
    expect([code, out]).toEqual([0, `Rollout of version 2 started, against version 1: ${follow}\n`]);
    const again = await rollout('start', ENDPOINT);
    const end = `npm run rollout -- rollback steered${given} ends it\n`;
    const running = `Cannot start version 2 of steered: a rollout of version 2 is running; ${end}`;
    expect([again.code, again.err]).toEqual([1, running]);
    expect((await rollout('rollback', ENDPOINT)).code).toBe(0);
    expect(await laptop.ended(ENDPOINT, '2')).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
  });
});

describe('the deployment after a rollback', () => {
  beforeAll(() => deployToCanary('3'), 120_000);

  test('promote --all gives everything to it, and watch sees the end', async () => {
    const watching = startCommand(['watch', ENDPOINT, '--json', ...where()]);
    if (watching.child.stdout) await once(watching.child.stdout, 'data');
    const promoted = await rollout('promote', ENDPOINT, '--all', '--by', 'Ann');
    expect([promoted.code, promoted.out]).toEqual([
      0,
      expect.stringMatching(/promoted to all traffic by Ann\n.*version 3: 100 %/s),
    ]);
    const { code, out } = await watching.ended;
    const last = JSON.parse(out.trim().split('\n').at(-1) ?? '');
    expect(code).toBe(0);
    expect(last).toMatchObject({ phase: 'done', traffic: 'version 3: 100 %', previous_version: '1' });
  });

  test('rollback after the end goes to the previous version, and status shows it', async () => {
    await laptop.ended(ENDPOINT, '3');
    const { code, out } = await rollout('rollback', ENDPOINT, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ before: 'version 3: 100 %', after: 'version 1: 100 %', from: '3' });
    const { code: now, out: table } = await rollout('status', ENDPOINT);
    expect([now, table]).toEqual([12, expect.stringMatching(/version 3: rolled back/)]);
  });

  test('--to a version that was rolled back warns', async () => {
    const { code, err } = await rollout('rollback', ENDPOINT, '--to', '2');
    expect([code, err]).toEqual([0, expect.stringContaining('Warning: version 2 was rolled back before:')]);
    expect((await laptop.alias(ENDPOINT)).FunctionVersion).toBe('2');
  });

  test('versions prune keeps what the rollback left in use, and says why', async () => {
    const args = ['cli/versions.ts', 'prune', ENDPOINT, ...where()];
    const { stdout } = await promisify(execFile)(process.execPath, [...args, '--keep', '0', '--json']);
    const [{ versions }] = JSON.parse(stdout);
    expect(versions).toMatchObject([
      { version: '3', outcome: 'kept', why: ['the alias candidate names it', 'the candidate of the last rollout'] },
      { version: '2', outcome: 'kept', why: ['receives 100 % of live traffic'] },
      { version: '1', outcome: 'kept', why: expect.arrayContaining(['the version before the live one']) },
    ]);
    await expect(promisify(execFile)(process.execPath, args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("required option '--keep <number>' not specified"),
    });
  });

  test('report writes one page without external resources', async () => {
    const file = join(laptop.laptop.home, 'report.html');
    const { code, out } = await rollout('report', ENDPOINT, '--version', '3', '--out', file, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { file, version: '3' }]);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('<h1>steered: rollout of version 3</h1>');
    expect(page).toContain('promoted to all traffic by Ann');
    expect(page).toMatch(/<b>\d+<\/b><span>pictures compared/);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  });
});
