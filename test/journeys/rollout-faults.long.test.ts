/** Candidates that are broken in every way that we know, each at an endpoint of its own that is in use. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VersionCounts } from '../../functions/judge/version-counts.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import type { Answer } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { FAULTS, type Fault, SPEED } from './faults.ts';
import { PROJECT } from './laptop.ts';
import { blackScenes, inTurns, scenesOf, small } from './pictures.ts';
import { likeAws, RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(300_000);

/** What came of a faulty candidate. */
interface Ending {
  readonly fault: Fault;
  readonly record: TickRecord;
  readonly answers: readonly Answer[];
  /** What the metrics say of the two versions while the rollout ran. */
  readonly live: VersionCounts;
  readonly candidate: VersionCounts;
  /** All requests afterwards. */
  readonly after: readonly Answer[];
}

let laptop: RolloutLaptop;
const endings = new Map<string, Ending>();

beforeAll(async () => {
  const [cars = [], apples = []] = await Promise.all(
    ['cars.jpg', 'apples.jpg'].map(async (name) => scenesOf(await small(name), 32)),
  );
  const sound = inTurns(cars, apples);
  const black = await blackScenes(12);
  const deadly = black.flatMap((each, index) => [each, ...sound.slice(5 * index, 5 * index + 5)]);
  const picturesOf = (endpoint: string) => (endpoint === 'killed' ? deadly : sound);
  const assembly = await Assembly.synthesize('faulty-endpoints.ts', 'faulty');
  laptop = await RolloutLaptop.start(assembly, '--speed', String(SPEED), ...likeAws(FAULTS.length));
  const seeds = await Promise.all(
    FAULTS.map(({ endpoint, stoppedIn }) =>
      laptop.client.postMany(endpoint, picturesOf(endpoint), stoppedIn === 'golden' ? 2 : SHADOWED + 4),
    ),
  );
  await laptop.deploy((assembly) => {
    for (const { endpoint, change } of FAULTS) assembly.release(endpoint, change);
  });
  await Promise.all(
    FAULTS.map(async (fault, index) => {
      const pace = { paceMs: NEEDS_TRAFFIC.includes(fault.endpoint) ? 0 : 500 };
      const pictures = picturesOf(fault.endpoint);
      const { answers, ...record } = await laptop.finish(fault.endpoint, '2', pictures, pace);
      const after = await laptop.client.postMany(fault.endpoint, pictures, 10);
      const all = [...(seeds[index] ?? []), ...answers, ...after];
      const counts = await laptop.counts(fault.endpoint, { live: '1', candidate: '2' }, all.length);
      endings.set(fault.endpoint, { fault, record, answers: all, after, ...counts });
    }),
  );
});

/** Pictures that their shadow compares. */
const SHADOWED = 30;

/** Their canary needs requests to be judged by. */
const NEEDS_TRAFFIC = ['sound', 'throws', 'rejects', 'times-out'];

afterAll(() => laptop?.stop());

const endingOf = ({ endpoint }: Fault) => endings.get(endpoint) as Ending;
const failed = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 200).length;
const BROKEN = FAULTS.filter(({ stoppedIn }) => stoppedIn !== undefined);

test.each(BROKEN)('a candidate that is broken is stopped: $words', (fault) => {
  const { record, after } = endingOf(fault);
  expect([record.status, record.step.kind, record.traffic]).toEqual([
    'rolled back',
    fault.stoppedIn,
    'version 1: 100 %',
  ]);
  expect(new Set(after.map(({ status, version }) => `${status} by ${version}`))).toEqual(new Set(['200 by 1']));
});

test.each(FAULTS)('no request fails but those of the canary: $words', (fault) => {
  const { answers, live, candidate } = endingOf(fault);
  expect(live).toMatchObject({ failures: 0, rejections: 0 });
  expect(failed(answers)).toBe(candidate.failures + candidate.rejections);
  expect(live.requests + candidate.requests).toBe(answers.length);
  if (fault.stoppedIn !== 'weight') expect(candidate.failures + candidate.rejections).toBe(0);
  if (fault.stoppedIn === 'golden' || fault.stoppedIn === 'shadow') expect(candidate.requests).toBe(0);
});

test('a sound candidate is promoted by the same plan', () => {
  const { record, after } = endingOf(FAULTS[0] as Fault);
  expect([record.status, record.traffic]).toEqual(['done', 'version 2: 100 %']);
  expect(new Set(after.map(({ status, version }) => `${status} by ${version}`))).toEqual(new Set(['200 by 2']));
});

const DOCUMENT = join(PROJECT, 'docs/faults.md');

/** `WRITE_TABLE=1 npm run test:long -- rollout-faults` writes the table of this run into the document. */
test('the table of faults in the documentation is what happens', () => {
  const before = readFileSync(DOCUMENT, 'utf8');
  const rows = FAULTS.map((fault) => rowOf(endingOf(fault)));
  if (process.env.WRITE_TABLE) {
    const table = [HEAD, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
    writeFileSync(DOCUMENT, before.replace(/^\| candidate[\s\S]*\|$/m, table));
  }
  // How many requests there were differs from run to run.
  const written = readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const said = written.slice(1).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
  expect(said.map((cells) => cells.slice(0, 2))).toEqual(rows.map((cells) => cells.slice(0, 2)));
});

const HEAD = `| candidate | stopped in | by | requests while it ran | failed of live's | failed of the canary's |
|---|---|---|---|---|---|`;

function rowOf({ fault, record, live, candidate }: Ending): string[] {
  const { status, step, words } = record;
  const [by = ''] = status === 'done' ? ['promoted'] : words.split('; ');
  return [
    fault.words,
    status === 'done' ? 'nothing: gets all traffic' : step.words,
    by.length > 150 ? `${by.slice(0, 149)}…` : by,
    String(live.requests + candidate.requests),
    String(live.failures),
    candidate.requests === 0 ? 'none sent' : `${candidate.failures + candidate.rejections} of ${candidate.requests}`,
  ];
}
