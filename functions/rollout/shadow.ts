import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { SeenPictures } from '../judge/scenes.ts';
import type { PictureScore } from '../judge/shadow-score.ts';
import { add, NO_PICTURES, summarize, withNovelty } from '../judge/shadow-tally.ts';
import type { RequiredMeasurement, RolloutState } from '../judge/state.ts';
import type { Objects } from '../platform/objects.ts';
import { withDifference } from '../records/drawn-pictures.ts';
import { decided, resultId, type Search } from '../records/recorded-requests.ts';
import { countDecision, isSeen, uncounted } from '../records/seen-decisions.ts';
import type { ShadowProgress } from '../records/shadow-progress.ts';
import { spreadNames } from '../records/spread-sample.ts';
import { compareOne } from './compare.ts';
import type { FunctionVersion } from './function-version.ts';
import { tryRefused } from './refused.ts';

/** What a shadow has to measure. */
export type RequiredShadow = Extract<RequiredMeasurement, { kind: 'shadow' }>;

/** Longest time of replays in one tick, wall-clock milliseconds: the function's timeout is three minutes. */
export const BUDGET_MS = 45_000;
/** Most pictures that are compared in one tick, so that the state is saved often. */
const PICTURES_PER_TICK = 200;
/** Most requests that are read in one tick: those with a repeated picture are only read. */
const READ_PER_TICK = 1000;
/** Most names that are chosen at once: about 200 KB of progress. */
const MOST_CHOSEN = 5000;

/** The shadow's dependencies. */
export interface ShadowContext {
  readonly objects: Objects;
  readonly candidate: FunctionVersion;
  /** The live version, which replays for the latency gate. */
  readonly live: FunctionVersion;
  readonly endpoint: string;
  /** Name of the detect function, of which both versions are. */
  readonly functionName: string;
  /** Folder of the rollout's records. */
  readonly folder: string;
  readonly state: RolloutState;
  readonly now: Date;
}

/**
 * Replays recorded requests that are not compared yet, as many as one tick allows, and adds up their scores. A repeated
 * tick starts with the same progress and writes the same records.
 */
export async function advanceShadow(
  required: RequiredShadow,
  before: ShadowProgress | undefined,
  context: ShadowContext,
): Promise<ShadowProgress> {
  const { state } = context;
  const own: ShadowProgress = before?.step === state.step ? before : { step: state.step, tally: NO_PICTURES };
  const queued = await withQueue(required, own, context);
  let progress = queued;
  const next = await nextRequests(required, progress, context);
  const seen = new SeenPictures(progress.known);
  const start = performance.now();
  await warmUp(next[0], required, context);
  const most = Math.min(required.maxPictures, progress.tally.pictures + PICTURES_PER_TICK);
  for (const request of next) {
    // Corrected decisions replace pictures.
    const isFull = request.tag === undefined && progress.tally.pictures >= most;
    if (isFull || performance.now() - start >= BUDGET_MS) break;
    // One at a time, because two replays that share a processor slow each other down.
    progress = await withRequest({ progress, seen }, request, required, context);
  }
  // Because progress is stored where it is another object.
  if (progress !== queued) progress = { ...progress, known: seen.known };
  await context.objects.putJson(KEYS.shadow(context.folder), {
    candidate_version: state.candidate,
    baseline: required.baseline,
    updated_at: context.now.toISOString(),
    summary: summarize(progress.tally),
    tally: progress.tally,
  });
  return progress;
}

/** A recorded request to compare. */
interface Request {
  readonly name: string;
  /** Entity tag of the human's decision. Absent: live is the baseline. */
  readonly tag?: string;
}

/** Replays the first picture once more, without a score, because a process that was idle is slow at first. */
async function warmUp(
  first: Request | undefined,
  { slow, baseline }: RequiredShadow,
  { candidate, live }: ShadowContext,
): Promise<void> {
  if (!first || !slow || baseline !== 'live') return;
  const id = resultId(first.name);
  await candidate.replay(id);
  await live.replay(id);
}

/** First a sample of what was recorded before, then what is recorded meanwhile. */
async function withQueue(
  { baseline, sample, maxPictures }: RequiredShadow,
  progress: ShadowProgress,
  { objects, endpoint, now }: ShadowContext,
): Promise<ShadowProgress> {
  const left = maxPictures - progress.tally.pictures;
  const { queue, cursor } = progress;
  if (baseline !== 'live' || (queue && queue.length > 0) || left <= 0) return progress;
  const most = Math.min(left, cursor === undefined ? MOST_CHOSEN : PICTURES_PER_TICK);
  const names = await spreadNames(objects, { endpoint, sample, now, most }, cursor);
  const last = names.toSorted().at(-1);
  return last === undefined ? progress : { ...progress, queue: names, cursor: last };
}

async function nextRequests(
  required: RequiredShadow,
  progress: ShadowProgress,
  { objects, endpoint, now }: ShadowContext,
): Promise<Request[]> {
  const left = Math.max(0, Math.min(PICTURES_PER_TICK, required.maxPictures - progress.tally.pictures));
  const search: Search = { endpoint, sample: required.sample, most: left, now };
  const read = left === 0 ? 0 : READ_PER_TICK;
  if (required.baseline === 'live') return (progress.queue ?? []).slice(0, read).map((name) => ({ name }));
  const { corrected, fresh } = uncounted(progress, await decided(objects, search));
  const chosen = [...corrected, ...fresh.slice(0, left)].slice(0, PICTURES_PER_TICK);
  return chosen.map(({ id, tag }) => ({ name: id, tag }));
}

async function withRequest(
  { progress, seen }: { readonly progress: ShadowProgress; readonly seen: SeenPictures },
  request: Request,
  required: RequiredShadow,
  context: ShadowContext,
): Promise<ShadowProgress> {
  const json = await context.objects.findJson(KEYS.result(context.endpoint, resultId(request.name)));
  const result = json === undefined ? undefined : storedResultSchema.parse(json);
  if (required.baseline === 'live' && result?.status === 'rejected') {
    const refused = await tryRefused(result, progress.refused, context);
    return { ...withoutFirst(progress), ...(refused.tried > 0 && { refused }) };
  }
  const compared = result && (await compareOne(result, required, seen, context));
  // A correction of a decision brings no picture.
  const isNew = compared !== undefined && !isSeen(progress, request.name);
  if (isNew) seen.add(compared.picture, compared.novelty);
  const tally = isNew ? withNovelty(progress.tally, compared.novelty) : progress.tally;
  const next = withScore({ ...progress, tally }, request, compared?.score);
  return required.people ? withDifference(next, resultId(request.name), compared?.score) : next;
}

/** The progress without the request, and with its score. */
function withScore(progress: ShadowProgress, { name, tag }: Request, score: PictureScore | undefined): ShadowProgress {
  if (tag !== undefined) return countDecision(progress, { id: name, tag }, score);
  return { ...withoutFirst(progress), tally: score ? add(progress.tally, score) : progress.tally };
}

function withoutFirst(progress: ShadowProgress): ShadowProgress {
  return { ...progress, queue: (progress.queue ?? []).slice(1) };
}
