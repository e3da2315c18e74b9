/** What the label of a recorded picture would teach, from what is stored about it. */

import type { Decisions } from '../../functions/api/preference-schemas.ts';
import { countError, type Detection } from '../../functions/judge/agreement.ts';
import { agreedCount } from '../../functions/judge/picture-value.ts';
import { callerOf } from '../../functions/records/caller.ts';
import type { ComparisonRecord } from '../../functions/records/comparison.ts';
import { keptParts } from '../../functions/records/seen-picture.ts';
import { pairOf } from '../../functions/rollout-report/pair.ts';
import type { Choosable, Reasons } from './choose.ts';
import type { Answer } from './pre-labels.ts';
import type { RecordedPicture } from './read-pictures.ts';

/** What is known besides the pictures. */
export interface ReasonContext {
  /** Confidence threshold of a label; undefined: not known. */
  readonly thresholdOf: (label: string) => number | undefined;
  /** Start of the last drift, milliseconds since the epoch. Absent: none is known. */
  readonly driftSince?: number;
}

/** A picture that can be chosen, with the answers of versions to it. */
export interface PictureToChoose extends Choosable {
  readonly recorded: RecordedPicture;
  readonly answers: readonly Answer[];
}

/** @returns undefined for a picture without a fingerprint, as earlier releases stored it */
export function pictureToChoose(recorded: RecordedPicture, context: ReasonContext): PictureToChoose | undefined {
  const { result } = recorded;
  const { id, created_at, fingerprint } = result;
  if (!fingerprint) return undefined;
  const caller = callerOf(result);
  const seen = {
    ...keptParts(id, fingerprint),
    minute: Math.floor(Date.parse(created_at) / 60_000),
    ...(caller !== undefined && { caller }),
  };
  return { id, seen, recorded, answers: answersOf(recorded), reasons: reasonsOf(recorded, context) };
}

/** The answers of different versions: of the request, and of both sides of the comparison. */
export function answersOf({ result, comparison }: RecordedPicture): Answer[] {
  const answers: Answer[] = [];
  const add = (version: string, detections: readonly Detection[]) => {
    if (!answers.some((answer) => answer.version === version)) answers.push({ version, detections });
  };
  if (result.status === 'done') add(result.release.function_version, result.detections);
  if (!comparison) return answers;
  const { baseline, candidate, candidate_version } = comparison;
  const pair = pairOf(comparison);
  if (baseline.kind === 'live' && baseline.version !== undefined) add(baseline.version, pair.baseline);
  if (candidate.ok && candidate.answer.status === 'done') add(candidate_version, pair.candidate);
  return answers;
}

function reasonsOf({ result, comparison, decisions }: RecordedPicture, context: ReasonContext): Reasons {
  const { driftSince = Number.POSITIVE_INFINITY } = context;
  return {
    disagreement: comparison ? disagreementOf(comparison) : 0,
    margin: result.status === 'done' ? marginOf(result, context) : 0,
    overruled: result.status === 'done' && decisions ? overruledOf(result.detections.length, decisions) : 0,
    drift: Date.parse(result.created_at) >= driftSince ? 1 : 0,
  };
}

function disagreementOf({ score }: ComparisonRecord): number {
  if (score.status === 'failed') return 0;
  return score.comparison ? 1 - score.comparison.agreement : score.countError;
}

type Answered = Extract<RecordedPicture['result'], { status: 'done' }>;

/** Of the object that is nearest to its threshold. */
function marginOf({ detections, request }: Answered, { thresholdOf }: ReasonContext): number {
  const margins = detections.map(({ label, confidence }) => {
    const threshold = request.confidence ?? thresholdOf(label);
    if (threshold === undefined || threshold >= 1) return 0;
    return Math.min(1, Math.max(0, 1 - (confidence - threshold) / (1 - threshold)));
  });
  return Math.max(0, ...margins);
}

/** Where people do not agree among each other, the latest decides. */
function overruledOf(count: number, { decision }: Decisions): number {
  if (!decision) return 0;
  const counts = [decision.count, ...(decision.others ?? []).map((other) => other.count)];
  return countError(agreedCount(counts) ?? decision.count, count);
}
