import type { Detection } from '../../../functions/detection/detect.ts';
import type { Trial } from '../identify/choose.ts';
import { describeTensor, type ModelFacts } from '../identify/facts.ts';

/** What a file is, for a person. */
export function factsInWords(
  origin: string,
  bytes: number,
  sha256: string,
  { file, image, outputs }: ModelFacts,
): string {
  const { name, type = 'float32', width, height, layout } = image;
  const dims = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
  const opsets = Object.entries(file.opsets).map(([domain, version]) => `${domain} ${version}`);
  return [
    `${origin}: ${bytes.toLocaleString('en')} bytes, SHA-256 ${sha256}`,
    `  written by ${file.producer || 'an unknown program'}; operator sets ${opsets.join(', ')}`,
    `  input  ${describeTensor({ name, type, dims })}`,
    ...outputs.map((output) => `  output ${describeTensor(output)}`),
  ].join('\n');
}

/** What a model was taken for, and what it sees in the golden pictures. */
export function goldenInWords({ manifest, runs, sanity }: Trial): string {
  const { family, labels, input } = manifest;
  const known = sanity.known > 0 ? `, ${sanity.found} of ${sanity.known} known objects found` : '';
  const width = Math.max(...runs.map(({ picture }) => picture.length));
  return [
    `Taken for ${family}: ${labels.length} labels, ${input.colour}, ${input.fit.kind}.`,
    `Golden pictures${known}:`,
    ...runs.map(({ picture, detections }) => `  ${picture.padEnd(width)}  ${countsInWords(detections)}`),
  ].join('\n');
}

/** Detections counted by label: `5 apple, 1 dining table`. */
export function countsInWords(detections: readonly Detection[]): string {
  const groups = [...Map.groupBy(detections, ({ label }) => label)];
  return groups.map(([label, own]) => `${own.length} ${label}`).join(', ') || 'nothing';
}
