import { iou } from './box.ts';
import type { Candidate } from './decoders/decoder.ts';

/**
 * Greedy non-maximum suppression: keeps the best candidate, drops those that it overlaps by more than `threshold`, and
 * continues with the rest. Equal scores keep their order, so that the same input gives the same output.
 * @param threshold IoU over which two candidates are the same object, 0–1
 * @param scope `per-class`: candidates of one class suppress each other. `across-classes`: all candidates do
 * @returns the kept candidates by score, descending
 */
export function suppress(
  candidates: readonly Candidate[],
  threshold: number,
  scope: 'per-class' | 'across-classes',
): Candidate[] {
  const kept: Candidate[] = [];
  const rivals = new Map<number, Candidate[]>();
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    const group = scope === 'across-classes' ? 0 : candidate.classIndex;
    const better = rivals.get(group) ?? [];
    if (better.some((other) => iou(other.corners, candidate.corners) > threshold)) continue;
    better.push(candidate);
    rivals.set(group, better);
    kept.push(candidate);
  }
  return kept;
}
