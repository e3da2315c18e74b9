/** What people say about the pictures on which live and candidate differ. */

import { type StoredDecision, storedDecisionSchema, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { type TruthTally, tallyTruth } from '../judge/truth.ts';
import type { Objects } from '../platform/objects.ts';
import { type DifferingPicture, draw } from '../records/drawn-pictures.ts';
import type { JudgedByPeople } from '../records/judged-by-people.ts';
import { decided } from '../records/recorded-requests.ts';
import type { ShadowProgress } from '../records/shadow-progress.ts';

/** A shadow's progress with the pictures drawn so far, and the tally of their decisions. */
interface Judged {
  readonly progress: ShadowProgress;
  readonly truth: TruthTally;
}

/** Where to read decisions. `folder`: of the rollout's records. */
interface PeopleContext {
  readonly objects: Objects;
  readonly endpoint: string;
  readonly folder: string;
  readonly now: Date;
}

/**
 * Reads all decisions of drawn pictures anew, so that a corrected one counts as corrected, and draws more pictures.
 * @throws StoreUnavailableError
 */
export async function judgedByPeople(progress: ShadowProgress, context: PeopleContext): Promise<Judged> {
  const { objects, endpoint, folder, now } = context;
  const before = progress.differing ?? [];
  const all = new Set((await decided(objects, { endpoint, sample: 1, most: 0, now })).map(({ id }) => id));
  const sent = await sentWithRequest(
    before.filter(({ id, drawn }) => !drawn && all.has(id)),
    context,
  );
  const differing = draw(before, folder, { decided: all, sent });
  const drawn = differing.filter((picture) => picture.drawn);
  const pictures = await Promise.all(
    drawn.map(async ({ id, live, candidate }) => {
      const people = all.has(id) ? await countsOf(id, context) : [];
      return { live, candidate, people };
    }),
  );
  const record: JudgedByPeople = {
    updated_at: now.toISOString(),
    pictures: drawn.map(({ id }) => id),
    open: drawn.filter((_, index) => pictures[index]?.people.length === 0).map(({ id }) => id),
  };
  await objects.putJson(KEYS.people(folder), record);
  return { progress: { ...progress, differing }, truth: tallyTruth(pictures) };
}

/** The pictures whose count came with the request. */
async function sentWithRequest(
  pictures: readonly DifferingPicture[],
  { objects, endpoint }: PeopleContext,
): Promise<ReadonlySet<string>> {
  const sent = new Set<string>();
  for (const { id } of pictures) {
    const json = await objects.findJson(KEYS.result(endpoint, id));
    const result = json === undefined ? undefined : storedResultSchema.parse(json);
    if (result?.status === 'done' && result.request.decision !== undefined) sent.add(id);
  }
  return sent;
}

async function countsOf(id: string, { objects, endpoint }: PeopleContext): Promise<number[]> {
  const json = await objects.findJson(KEYS.decision(endpoint, id));
  return json === undefined ? [] : peopleOf(storedDecisionSchema.parse(json));
}

/** The latest count of each person. */
function peopleOf({ count, others = [] }: StoredDecision): number[] {
  return [count, ...others.map((other) => other.count)];
}
