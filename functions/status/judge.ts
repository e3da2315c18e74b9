/** The pairs that people judge, as the API serves them. */

import { NothingToJudgeError } from '../api/errors.ts';
import type { JudgeAnswer, PairToJudge, Side } from '../api/judge-schemas.ts';
import { type Decisions, readDecisions } from '../api/preference-schemas.ts';
import { KEYS } from '../contract.ts';
import type { Detection } from '../judge/agreement.ts';
import { explainTruth } from '../judge/explain-truth.ts';
import { decisionsToCome, fewestToCome, type TruthTally, tallyTruth, truthOutcome } from '../judge/truth.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import { recordsFolder } from '../records/execution.ts';
import type { JudgedByPeople } from '../records/judged-by-people.ts';
import { decisionsOn, pairOf } from '../records/pairs.ts';
import { pairOf as answersOf } from '../rollout-report/pair.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { minimumsLacking } from '../standing/minimums.ts';
import { isUnderWay } from '../standing/phase.ts';
import { read } from '../standing/reading.ts';
import { ownRecord, rolloutSteps, type Standing, standingOf } from '../standing/standing.ts';
import { queueFor } from './judge-queue.ts';
import { presignedPictures } from './pictures.ts';

/**
 * The next pairs for one person, or the end.
 * @param by the person's name; undefined: unknown
 * @throws NothingToJudgeError, StoreUnavailableError
 */
export async function judgeAnswer(clients: EndpointClients, by: string | undefined, now: Date): Promise<JudgeAnswer> {
  const reading = await read(clients);
  const standing = standingOf(reading);
  const { rollout, phase, endpoint } = standing;
  const { steps = [], present } = rolloutSteps(reading) ?? {};
  if (!rollout || !steps.some(({ judge }) => judge === 'people')) throw nothingToJudge(standing);
  const { version } = rollout;
  const folder = recordsFolder(clients, rollout.execution);
  const people = (await clients.objects.findJson(KEYS.people(folder))) as JudgedByPeople | undefined;
  if (!people) {
    if (!isUnderWay(phase)) throw nothingToJudge(standing);
    return { state: 'judging', endpoint, version, judged: 0, open: 0, at_least: 0, pairs: [] };
  }
  const decisions = await readAll(people, clients);
  const tally = tallyOf(people, decisions, folder);
  const judged = people.pictures.length - tally.open;
  if (!isUnderWay(phase) || present?.judge !== 'people') {
    const { step } = rollout;
    const now = { phase, ...(isUnderWay(phase) && { step }), traffic: standing.traffic };
    return { state: 'ended', endpoint, version, ...endOf(people, decisions, folder), ...now };
  }
  const { test, alpha } = people;
  const likely = decisionsToCome(tally.sample, test, alpha);
  const alsoNeeds = minimumsLacking(ownRecord(reading)?.findings ?? []);
  return {
    state: 'judging',
    ...{ endpoint, version, judged, open: tally.open },
    at_least: fewestToCome(tally.sample, test, alpha),
    ...(likely !== undefined && { likely }),
    ...(alsoNeeds.length > 0 && { also_needs: alsoNeeds }),
    pairs: await pairsOf(queueFor(by, decisions, folder), { clients, folder, now }),
  };
}

function nothingToJudge({ endpoint, phase, rollout }: Standing): NothingToJudgeError {
  const command = `npm run rollout -- judge ${endpoint}`;
  const isRunning = isUnderWay(phase);
  const how = isRunning ? `end this rollout, then ${command}` : `${command} starts one`;
  const expected = `a shadow that people judge (${how})`;
  const received = rollout ? `the rollout of version ${rollout.version}, ${phase} in ${rollout.step}` : 'no rollout';
  return new NothingToJudgeError([{ field: 'rollout', expected, received }]);
}

async function readAll(
  { pictures }: JudgedByPeople,
  { objects, endpoint }: EndpointClients,
): Promise<ReadonlyMap<string, Decisions>> {
  const read = await Promise.all(
    pictures.map(async ({ id }) => {
      const json = await objects.findJson(KEYS.decision(endpoint, id));
      return [id, json === undefined ? { preferences: [] } : readDecisions(json)] as const;
    }),
  );
  return new Map(read);
}

function tallyOf({ pictures }: JudgedByPeople, decisions: ReadonlyMap<string, Decisions>, folder: string): TruthTally {
  return tallyTruth(
    pictures.map((picture) => {
      const own = decisions.get(picture.id);
      return { ...picture, people: own ? decisionsOn(own, pairOf(folder, picture.id)) : [] };
    }),
  );
}

/** What people had said when the shadow ended: pictures that were open then have no decision, whatever came later. */
function endOf(people: JudgedByPeople, decisions: ReadonlyMap<string, Decisions>, folder: string) {
  const { test, alpha, pictures } = people;
  const open = new Set(people.open);
  const known = new Map([...decisions].filter(([id]) => !open.has(id)));
  const tally = tallyOf(people, known, folder);
  const judged = pictures.length - tally.open;
  const late = pictures.length - tallyOf(people, decisions, folder).open - judged;
  const outcome = truthOutcome(tally.sample, test, alpha);
  const words = explainTruth({ kind: 'truth', outcome, tally, test, alpha }, { isOver: true });
  return { judged, ...(late > 0 && { late }), words };
}

interface PairContext {
  readonly clients: EndpointClients;
  readonly folder: string;
  readonly now: Date;
}

/** Without the pictures that were deleted meanwhile. */
async function pairsOf(ids: readonly string[], { clients, folder, now }: PairContext): Promise<PairToJudge[]> {
  const found = await Promise.all(ids.map((id) => clients.objects.findJson(KEYS.comparison(folder, id))));
  const records = found.filter((json) => json !== undefined) as ComparisonRecord[];
  const pictures = await presignedPictures(clients, records, now);
  return records.flatMap((record) => {
    const picture = pictures.get(record.id);
    if (!picture) return [];
    const { source: url, width, height } = picture;
    return [{ id: record.id, ...sidesOf(record, folder), picture: { url, width, height } }];
  });
}

function sidesOf(record: ComparisonRecord, folder: string): Pick<PairToJudge, 'pair' | 'first' | 'second'> {
  const { name: pair, first } = pairOf(folder, record.id);
  const { baseline, candidate } = answersOf(record);
  const { missed = [], extra = [] } = record.score.status === 'done' ? (record.score.comparison ?? {}) : {};
  const [live, other] = [sideOf(baseline, missed), sideOf(candidate, extra)];
  return first === 'live' ? { pair, first: live, second: other } : { pair, first: other, second: live };
}

/** In order of place: an answer's own order, and its confidences, could reveal the version. */
function sideOf(detections: readonly Detection[], alone: readonly number[]): Side {
  const unmatched = new Set(alone);
  return detections
    .map(({ label, box: { x, y, width, height } }, index) => ({
      label,
      box: { x: round(x), y: round(y), width: round(width), height: round(height) },
      alone: unmatched.has(index),
    }))
    .toSorted((a, b) => a.box.x - b.box.x || a.box.y - b.box.y);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
