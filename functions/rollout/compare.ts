/** Replays one recorded request, and scores the candidate's answer. */

import type { Invocation, ReplayAnswer } from '../api/events.ts';
import { readDecisions } from '../api/preference-schemas.ts';
import type { StoredResult } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import type { Novelty, SeenPicture, SeenPictures } from '../judge/scenes.ts';
import { type Baseline, type PictureScore, type Replay, scorePicture } from '../judge/shadow-score.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import { pictureOf } from '../records/recorded-picture.ts';
import { seenPicture } from '../records/seen-picture.ts';
import type { RequiredShadow, ShadowContext } from './shadow.ts';

/** What one recorded request gave. */
export interface Compared {
  readonly picture: SeenPicture;
  readonly novelty: Novelty;
  /** Absent: a scene that has counted, which is no new evidence. */
  readonly score?: PictureScore;
}

/**
 * Compares the answers to a recorded request, unless its scene has counted.
 * @param seen the pictures so far
 * @returns undefined where the baseline is another version's answer, or the picture was deleted
 */
export async function compareOne(
  result: StoredResult,
  required: RequiredShadow,
  seen: SeenPictures,
  context: ShadowContext,
): Promise<Compared | undefined> {
  const { id } = result;
  const baseline =
    required.baseline === 'live' ? await liveBaseline(result, context) : await humanBaseline(id, context);
  const recorded = baseline && (await seenPicture(result, context.objects));
  if (!recorded) return undefined;
  const before = { picture: recorded, novelty: seen.noveltyOf(recorded) };
  if (before.novelty !== 'new' && !required.countsRepeats) return before;
  const [answer, liveMs] = await answersOf(id, required, context);
  const picture = withLuminance(recorded, answer);
  const novelty = seen.noveltyOf(picture);
  if (novelty !== 'new' && !required.countsRepeats) return { picture, novelty };
  const timed = baseline.kind === 'live' && liveMs !== undefined ? { ...baseline, ms: liveMs } : baseline;
  const score = await record(result, { answer, baseline: timed, required }, context);
  return score && { picture, novelty, score };
}

/** Results of earlier releases have no luminance, but the candidate has decoded the picture. */
function withLuminance(picture: SeenPicture, answer: Invocation<ReplayAnswer>): SeenPicture {
  if (picture.luminance !== undefined || !answer.ok || answer.answer.status !== 'done') return picture;
  const { luminance } = answer.answer;
  return luminance === undefined ? picture : { ...picture, luminance };
}

interface Answered {
  readonly answer: Invocation<ReplayAnswer>;
  readonly baseline: Baseline;
  readonly required: RequiredShadow;
}

/** Writes the record of a comparison. @returns undefined where there is no answer, or the picture was deleted */
async function record(
  result: StoredResult,
  { answer, baseline, required }: Answered,
  { objects, folder, state, now }: ShadowContext,
): Promise<PictureScore | undefined> {
  const replay = replayOf(answer);
  // Because `npm run erase` can delete the picture during the replay, and removes records after the input.
  const picture = pictureOf(result);
  if (!replay || !(await objects.exists(picture.key, picture.version))) return undefined;
  const score = scorePicture(baseline, replay, required.slow);
  const comparison: ComparisonRecord = {
    id: result.id,
    compared_at: now.toISOString(),
    candidate_version: state.candidate,
    baseline: { ...baseline, ...(required.baseline === 'live' && { version: state.live }) },
    candidate: answer,
    score,
    input: picture.key,
    ...(picture.version !== undefined && { input_version: picture.version }),
  };
  await objects.putJson(KEYS.comparison(folder, result.id), comparison);
  return score;
}

/**
 * The candidate's answer, and the live version's duration for the same picture now, because the recorded one was
 * measured under another load. The order depends on the id, so that neither version always finds the caches warm.
 */
async function answersOf(
  id: string,
  { slow, baseline }: RequiredShadow,
  { candidate, live }: ShadowContext,
): Promise<readonly [Invocation<ReplayAnswer>, number | undefined]> {
  if (!slow || baseline === 'human') return [await candidate.replay(id), undefined];
  if (Number.parseInt(id.slice(-1), 16) % 2 === 0) return [await candidate.replay(id), msOf(await live.replay(id))];
  const liveMs = msOf(await live.replay(id));
  return [await candidate.replay(id), liveMs];
}

function msOf(invocation: Invocation<ReplayAnswer>): number | undefined {
  return invocation.ok && invocation.answer.status === 'done' ? invocation.answer.timing_ms.total : undefined;
}

/**
 * Only answers of the present live version of this function: an earlier version, or one of a function that was deleted,
 * is another baseline. Results of earlier releases do not name their function, so the live version answers again.
 */
async function liveBaseline(
  result: StoredResult,
  { functionName, live, state }: ShadowContext,
): Promise<Baseline | undefined> {
  if (result.status !== 'done' || result.release.function_version !== state.live) return undefined;
  const { function_name } = result.release;
  if (function_name === undefined) return replayedBaseline(await live.replay(result.id));
  return function_name === functionName ? { kind: 'live', detections: result.detections } : undefined;
}

function replayedBaseline(invocation: Invocation<ReplayAnswer>): Baseline | undefined {
  if (!invocation.ok || invocation.answer.status !== 'done') return undefined;
  return { kind: 'live', detections: invocation.answer.detections };
}

async function humanBaseline(id: string, { objects, endpoint }: ShadowContext): Promise<Baseline | undefined> {
  const json = await objects.findJson(KEYS.decision(endpoint, id));
  const decision = json === undefined ? undefined : readDecisions(json).decision;
  return decision && { kind: 'human', count: decision.count };
}

/**
 * @returns undefined where the recorded picture was deleted or S3 did not answer (503): neither is a failure of the
 * candidate
 */
function replayOf(invocation: Invocation<ReplayAnswer>): Replay | undefined {
  if (!invocation.ok) return { status: 'failed' };
  const { answer } = invocation;
  if (answer.status === 'failed') return answer.problem.status === 503 ? undefined : { status: 'failed' };
  if (answer.status === 'gone') return undefined;
  const { detections, timing_ms } = answer;
  const { total } = timing_ms;
  return { status: 'done', detections, ...(total !== undefined && { ms: total }) };
}
