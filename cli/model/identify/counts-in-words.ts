import type { Detection } from '../../../functions/detection/detect.ts';

/** Number of detections by label: `5 apple, 1 dining table`. */
export function countsInWords(detections: readonly Detection[]): string {
  const groups = [...Map.groupBy(detections, ({ label }) => label)];
  return groups.map(([label, own]) => `${own.length} ${label}`).join(', ') || 'nothing';
}
