import type { Detection } from '../judge/agreement.ts';
import type { ComparisonRecord } from '../records/comparison.ts';

/** The detections of both versions on one picture; none of a human or of a failed candidate. */
export function pairOf({ baseline, candidate }: ComparisonRecord): {
  readonly baseline: readonly Detection[];
  readonly candidate: readonly Detection[];
} {
  return {
    baseline: baseline.kind === 'live' ? baseline.detections : [],
    candidate: candidate.ok && candidate.answer.status === 'done' ? candidate.answer.detections : [],
  };
}

/** Both counts; undefined where the candidate failed. */
export function countsOf({
  score,
}: ComparisonRecord): { readonly baseline: number; readonly candidate: number } | undefined {
  return score.status === 'done' ? score.objects : undefined;
}

/** Both latencies, milliseconds; absent where they were not measured. */
export function timesOf({ score, candidate }: ComparisonRecord): {
  readonly baseline?: number;
  readonly candidate?: number;
} {
  if (score.status === 'done' && score.time)
    return { baseline: score.time.baselineMs, candidate: score.time.candidateMs };
  const total = candidate.ok && candidate.answer.status === 'done' ? candidate.answer.timing_ms.total : undefined;
  return total === undefined ? {} : { candidate: total };
}

/** The reason why the candidate failed; undefined where it answered. */
export function failureOf({ candidate }: ComparisonRecord): string | undefined {
  if (!candidate.ok) return candidate.failure;
  return candidate.answer.status === 'failed'
    ? `${candidate.answer.problem.title}: ${candidate.answer.problem.detail}`
    : undefined;
}
