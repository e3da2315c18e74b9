/** What people say about the pictures on which live and candidate differ. */

import { type Decisions, readDecisions } from '../api/preference-schemas.ts';
import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { type TruthTally, tallyTruth } from '../judge/truth.ts';
import type { Alpha } from '../plan/steps.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import type { Objects } from '../platform/objects.ts';
import { type DifferingPicture, draw } from '../records/drawn-pictures.ts';
import type { JudgedByPeople } from '../records/judged-by-people.ts';
import { decisionsOn, pairOf } from '../records/pairs.ts';
import { decided } from '../records/recorded-requests.ts';
import type { ShadowProgress } from '../records/shadow-progress.ts';

/** A shadow's progress with the pictures drawn so far, and the tally of their decisions. */
interface Judged {
  readonly progress: ShadowProgress;
  readonly truth: TruthTally;
}

/** Where to read decisions, and the test that they are for. `folder`: of the rollout's records. */
interface PeopleContext {
  readonly objects: Objects;
  readonly endpoint: string;
  readonly folder: string;
  readonly test: TruthTest;
  readonly alpha: Alpha;
  readonly now: Date;
}

/**
 * Reads all decisions of drawn pictures anew, so that a corrected one counts as corrected, and draws more pictures in
 * the place of those that are decided, whatever the decision is.
 * @returns the same progress where neither drawn pictures nor their decisions are new
 * @throws StoreUnavailableError
 */
export async function judgedByPeople(progress: ShadowProgress, context: PeopleContext): Promise<Judged> {
  const { objects, folder, test, alpha, now } = context;
  const before = progress.differing ?? [];
  const present = await withoutDeleted(before, context);
  const known = await decisionsOnDrawn(present, context);
  const others = await decisionsOnOthers(present, context);
  const differing = draw(present, folder, { ...others, decided: new Set([...known.keys(), ...others.decided]) });
  const pictures = differing.filter(({ drawn }) => drawn);
  const newlyDrawn = differing.filter(({ drawn }, index) => drawn && !present[index]?.drawn);
  const people = new Map([...known, ...(await decisionsOnDrawn(newlyDrawn, context))]);
  const record: JudgedByPeople = {
    updated_at: now.toISOString(),
    ...{ test, alpha },
    pictures: pictures.map(({ id, live, candidate }) => ({ id, live, candidate })),
    open: pictures.flatMap(({ id }) => (people.has(id) ? [] : [id])),
  };
  await objects.putJson(KEYS.people(folder), record);
  const truth = tallyTruth(pictures.map((picture) => ({ ...picture, people: people.get(picture.id) ?? [] })));
  const isNew = newlyDrawn.length > 0 || present !== before || people.size !== (progress.decided ?? 0);
  return { progress: isNew ? { ...progress, differing, decided: people.size } : progress, truth };
}

/** Without the drawn pictures that were erased, which nobody can judge any more. */
async function withoutDeleted(
  pictures: readonly DifferingPicture[],
  { objects, folder }: PeopleContext,
): Promise<readonly DifferingPicture[]> {
  const drawn = pictures.filter((picture) => picture.drawn);
  const kept = await Promise.all(drawn.map(({ id }) => objects.exists(KEYS.comparison(folder, id))));
  const deleted = new Set(drawn.filter((_, index) => !kept[index]));
  return deleted.size === 0 ? pictures : pictures.filter((picture) => !deleted.has(picture));
}

/** The decisions that count, by picture; without those that have none. */
async function decisionsOnDrawn(pictures: readonly DifferingPicture[], context: PeopleContext) {
  const drawn = pictures.filter((picture) => picture.drawn);
  const read = await Promise.all(
    drawn.map(async ({ id }) => {
      const decisions = await decisionsOf(id, context);
      return [id, decisions ? decisionsOn(decisions, pairOf(context.folder, id)) : []] as const;
    }),
  );
  return new Map(read.filter(([, decisions]) => decisions.length > 0));
}

/**
 * Of the pictures that are not drawn, those with a decision that will count, and those whose count came with the
 * request. Without uploads by S3 clients, which a listing does not find by time: their decisions count once they are
 * drawn.
 */
async function decisionsOnOthers(pictures: readonly DifferingPicture[], context: PeopleContext) {
  const { objects, endpoint, folder, now } = context;
  const listed = new Set((await decided(objects, { endpoint, sample: 1, most: 0, now })).map(({ id }) => id));
  const found = { decided: new Set<string>(), sent: new Set<string>() };
  for (const { id } of pictures.filter(({ id, drawn }) => !drawn && listed.has(id))) {
    const decisions = await decisionsOf(id, context);
    if (!decisions || decisionsOn(decisions, pairOf(folder, id)).length === 0) continue;
    found.decided.add(id);
    if (await isSentWithRequest(id, context)) found.sent.add(id);
  }
  return found;
}

async function isSentWithRequest(id: string, { objects, endpoint }: PeopleContext): Promise<boolean> {
  const json = await objects.findJson(KEYS.result(endpoint, id));
  const result = json === undefined ? undefined : storedResultSchema.parse(json);
  return result?.status === 'done' && result.request.decision !== undefined;
}

async function decisionsOf(id: string, { objects, endpoint }: PeopleContext): Promise<Decisions | undefined> {
  const json = await objects.findJson(KEYS.decision(endpoint, id));
  return json === undefined ? undefined : readDecisions(json);
}
