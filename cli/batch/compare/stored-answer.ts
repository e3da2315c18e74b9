/** The stored results of two versions on one picture, as the record that the rollout report draws. */

import type { Invocation, ReplayAnswer } from '../../../functions/api/events.ts';
import type { Rejection, StoredPrediction } from '../../../functions/api/schemas.ts';
import { scorePicture } from '../../../functions/judge/shadow-score.ts';
import type { ComparisonRecord } from '../../../functions/records/comparison.ts';

/** A picture that a version has answered in a job: `functions/detect/batch.ts` writes it. */
export type Answered = Omit<StoredPrediction, 'annotated' | 'captured'>;

/** The result of a job for one picture. */
export type BatchResult = Answered | Rejection;

/** A rejected picture is a failure of the candidate where the baseline has answered it. */
export function recordOf(baseline: Answered, candidate: BatchResult): ComparisonRecord {
  const { id, source, detections } = baseline;
  const expected = { kind: 'live', detections } as const;
  const replay = candidate.status === 'done' ? candidate : ({ status: 'failed' } as const);
  return {
    id,
    compared_at: candidate.created_at,
    candidate_version: candidate.release.function_version,
    baseline: { ...expected, version: baseline.release.function_version },
    candidate: answerOf(candidate),
    score: scorePicture(expected, replay),
    input: source.kind === 'upload' ? source.key : '',
  };
}

function answerOf(result: BatchResult): Invocation<ReplayAnswer> {
  const { function_version } = result.release;
  if (result.status === 'rejected') {
    return { ok: true, answer: { status: 'failed', function_version, problem: result.problem } };
  }
  const { detections, timing_ms } = result;
  return { ok: true, answer: { status: 'done', function_version, detections, timing_ms } };
}
