import { type GroupRow, ObjectGroups } from '../judge/object-groups.ts';
import type { ComparisonRecord } from '../records/comparison.ts';
import { pairOf } from './pair.ts';

/** The detections of one label by both versions, over all pictures. */
export interface ClassRow extends Omit<GroupRow, 'name' | 'pictures'> {
  readonly label: string;
}

/** One row for each detected label, the most frequent first. Only of pictures compared with live. */
export function classRows(comparisons: readonly ComparisonRecord[]): ClassRow[] {
  const labels = new ObjectGroups(({ label }) => label);
  for (const record of comparisons) {
    const { score } = record;
    if (score.status === 'done' && score.comparison) labels.add(pairOf(record), score.comparison);
  }
  return labels.rows().map(({ name, pictures: _, ...row }) => ({ label: name, ...row }));
}
