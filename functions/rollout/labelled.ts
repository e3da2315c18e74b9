/** Lets both versions answer the photos of a labelled set, as many as one tick allows. */

import type { Invocation, ReplayAnswer } from '../api/events.ts';
import { KEYS } from '../contract.ts';
import type { LabelsTally, SkipReason } from '../judge/labels.ts';
import { NO_LABELS } from '../judge/labels.ts';
import { scorePicture } from '../judge/shadow-score.ts';
import { add, NO_PICTURES, summarize } from '../judge/shadow-tally.ts';
import type { StoredSet } from '../plan/labelled-set.ts';
import type { OrderedPhoto } from '../records/labelled-order.ts';
import {
  type DifferentPhoto,
  type LabelledProgress,
  type LabelledRecord,
  MOST_DIFFERENT,
} from '../records/labelled-record.ts';
import { differenceOf, labelRows, type PhotoResult, resultOf, tallyResults } from '../records/labelled-results.ts';
import type { ShadowProgress } from '../records/shadow-progress.ts';
import { keyBelow, type ReadSet, readSet } from './labelled-set.ts';
import { BUDGET_MS, type RequiredShadow, type ShadowContext } from './shadow.ts';

/** A tick's progress in the set, and its tally. */
export interface Labelled {
  readonly progress: ShadowProgress;
  readonly labels: LabelsTally;
}

type Done = Extract<ReplayAnswer, { status: 'done' }>;

/** @throws StoreUnavailableError */
export async function advanceLabels(
  stored: StoredSet,
  required: RequiredShadow,
  before: ShadowProgress | undefined,
  context: ShadowContext,
): Promise<Labelled> {
  const { step } = context.state;
  const start: ShadowProgress = before?.step === step ? before : { step, tally: NO_PICTURES };
  const set = await readSet(stored, context);
  if ('code' in set) return { progress: start, labels: { ...NO_LABELS, problem: set } };
  if (start.labelled && start.labelled.truth !== set.tag) {
    const problem = { code: 'changed', file: `${stored.prefix}${stored.truth}` } as const;
    return { progress: start, labels: { ...tallyResults(set, start.labelled.results), problem } };
  }
  const progress = await answerPhotos(set, required, start, context);
  const { labelled = { truth: set.tag, results: [], different: [] } } = progress;
  await writeRecords(set, { progress, labelled }, context);
  return { progress, labels: tallyResults(set, labelled.results) };
}

async function answerPhotos(
  set: ReadSet,
  required: RequiredShadow,
  start: ShadowProgress,
  context: ShadowContext,
): Promise<ShadowProgress> {
  let progress: ShadowProgress = {
    ...start,
    labelled: start.labelled ?? { truth: set.tag, results: [], different: [] },
  };
  const begin = performance.now();
  const left = set.photos.slice(progress.labelled?.results.length);
  await warmUp(left, set, context);
  for (const photo of left) {
    if (performance.now() - begin >= BUDGET_MS) break;
    // One at a time, because two answers that share a processor slow each other down.
    const next = await withPhoto(progress, photo, { set, required }, context);
    // Because S3 may answer in the next tick, as where a new right to read the photos is not in effect yet.
    if (!next) break;
    progress = next;
  }
  return progress;
}

/** Because a process that was idle is slow at first, and the latency gate would count that. */
async function warmUp(left: readonly OrderedPhoto[], set: ReadSet, context: ShadowContext): Promise<void> {
  const first = left.find(({ skip, truth }) => !skip && set.files.has(truth.file));
  if (!first) return;
  const key = keyBelow(context.endpoint, set, first.truth.file);
  await context.candidate.labelled(key);
  await context.live.labelled(key);
}

interface Task {
  readonly set: ReadSet;
  readonly required: RequiredShadow;
}

async function withPhoto(
  progress: ShadowProgress,
  photo: OrderedPhoto,
  { set, required }: Task,
  context: ShadowContext,
): Promise<ShadowProgress | undefined> {
  const { file } = photo.truth;
  const index = progress.labelled?.results.length ?? 0;
  const known = photo.skip ?? skipUnanswered(set, file);
  if (known) return withResult(progress, { file, reason: known });
  const [live, candidate] = await answersOf(keyBelow(context.endpoint, set, file), index, context);
  if (isUnavailable(live) || isUnavailable(candidate)) return undefined;
  const reason = skipReason(photo, live, candidate);
  if (reason) return withResult(progress, { file, reason });
  const [liveDone, candidateDone] = [doneOf(live), doneOf(candidate)];
  const result = {
    file,
    live: resultOf(photo.truth, liveDone?.detections ?? [], set.names),
    candidate: resultOf(photo.truth, candidateDone?.detections ?? [], set.names),
  };
  const baseline = { kind: 'live' as const, detections: liveDone?.detections ?? [], ...msOf(liveDone) };
  const replay = candidateDone
    ? { status: 'done' as const, detections: candidateDone.detections, ...msOf(candidateDone) }
    : { status: 'failed' as const };
  const scored = { ...progress, tally: add(progress.tally, scorePicture(baseline, replay, required.slow)) };
  const difference = differenceOf(set.measure, photo.truth, result);
  const different = differentPhoto(photo, set.names, { difference, live: liveDone, candidate: candidateDone });
  return withResult(scored, result, different);
}

function withResult(progress: ShadowProgress, result: PhotoResult, photo?: DifferentPhoto): ShadowProgress {
  const labelled = progress.labelled as LabelledProgress;
  const different = [...labelled.different, ...(photo ? [photo] : [])]
    .toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, MOST_DIFFERENT);
  return { ...progress, labelled: { ...labelled, results: [...labelled.results, result], different } };
}

function skipUnanswered({ files, repeated }: ReadSet, file: string): SkipReason | undefined {
  if (!files.has(file)) return 'missing';
  return repeated.has(file) ? 'repeated' : undefined;
}

/** By turns, so that neither version always finds the caches warm. */
async function answersOf(key: string, index: number, { live, candidate }: ShadowContext) {
  if (index % 2 === 0) {
    const first = await candidate.labelled(key);
    return [await live.labelled(key), first] as const;
  }
  return [await live.labelled(key), await candidate.labelled(key)] as const;
}

/**
 * A candidate that fails has no detections, and so has a live version that rejects what the candidate accepts. A live
 * version that fails otherwise is no evidence: an earlier release knows no labelled photos.
 */
function skipReason(
  { truth: { size } }: OrderedPhoto,
  live: Invocation<ReplayAnswer>,
  candidate: Invocation<ReplayAnswer>,
): SkipReason | undefined {
  if (isRejected(live) && isRejected(candidate)) return 'unreadable';
  if (isGone(live) || isGone(candidate)) return 'missing';
  if (!doneOf(live) && !isRejected(live)) return 'unanswered';
  const image = doneOf(live)?.image ?? doneOf(candidate)?.image;
  const isOther = size && image && (size.width !== image.width || size.height !== image.height);
  return isOther ? 'other size' : undefined;
}

function isRejected(invocation: Invocation<ReplayAnswer>): boolean {
  return invocation.ok && invocation.answer.status === 'failed' && invocation.answer.problem.status < 500;
}

/** S3 did not answer: no failure of the version. */
function isUnavailable(invocation: Invocation<ReplayAnswer>): boolean {
  return invocation.ok && invocation.answer.status === 'failed' && invocation.answer.problem.status === 503;
}

/** The photo was deleted meanwhile. */
function isGone(invocation: Invocation<ReplayAnswer>): boolean {
  return invocation.ok && invocation.answer.status === 'gone';
}

function doneOf(invocation: Invocation<ReplayAnswer>): Done | undefined {
  return invocation.ok && invocation.answer.status === 'done' ? invocation.answer : undefined;
}

function msOf(done: Done | undefined): { readonly ms?: number } {
  const total = done?.timing_ms.total;
  return total === undefined ? {} : { ms: total };
}

function differentPhoto(
  { truth }: OrderedPhoto,
  names: readonly string[],
  { difference, live, candidate }: { difference: number; live: Done | undefined; candidate: Done | undefined },
): DifferentPhoto | undefined {
  const image = live?.image ?? candidate?.image;
  if (difference === 0 || !image) return undefined;
  const own = <T extends { readonly label: string }>(all: readonly T[] = []) =>
    all.filter(({ label }) => names.includes(label));
  return {
    file: truth.file,
    difference,
    width: image.width,
    height: image.height,
    ...(truth.boxes && { boxes: own(truth.boxes) }),
    counts: Object.fromEntries(Object.entries(truth.counts).filter(([label]) => names.includes(label))),
    live: own(live?.detections),
    candidate: own(candidate?.detections),
  };
}

async function writeRecords(
  set: ReadSet,
  { progress, labelled }: { readonly progress: ShadowProgress; readonly labelled: LabelledProgress },
  { objects, folder, state, now }: ShadowContext,
): Promise<void> {
  const { results, different } = labelled;
  const updated_at = now.toISOString();
  const record: LabelledRecord = {
    updated_at,
    prefix: set.prefix,
    measure: set.measure,
    photos: set.photos.length,
    done: results.length,
    skipped: results.filter((result) => 'reason' in result).slice(0, 100),
    labels: labelRows(set, results),
    different,
  };
  const { tally } = progress;
  const shadow = { candidate_version: state.candidate, baseline: 'live', updated_at, summary: summarize(tally), tally };
  await Promise.all([objects.putJson(KEYS.labelled(folder), record), objects.putJson(KEYS.shadow(folder), shadow)]);
}
