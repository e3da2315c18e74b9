import type { Detection } from '../../../functions/detection/detect.ts';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { Trial } from '../identify/choose.ts';
import { describeTensor, type ModelFacts } from '../identify/facts.ts';
import { opsetsInWords } from '../onnx/onnx-file.ts';

/** Description of a model file. */
export function factsInWords(
  origin: string,
  bytes: number,
  sha256: string,
  { file, image, outputs }: ModelFacts,
): string {
  const { name, type = 'float32', width, height, layout } = image;
  const dims = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
  return [
    `${origin}: ${bytes.toLocaleString('en')} bytes, SHA-256 ${sha256}`,
    `  written by ${file.producer || 'an unknown program'}; operator sets ${opsetsInWords(file)}`,
    `  input  ${describeTensor({ name, type, dims })}`,
    ...outputs.map((output) => `  output ${describeTensor(output)}`),
  ].join('\n');
}

/** The identified family of a model, and its detections in the golden pictures. */
export function goldenInWords({ manifest, runs, sanity }: Trial): string {
  const { family, labels, input } = manifest;
  const score = sanity.annotated > 0 ? `, ${sanity.found} of ${sanity.annotated} annotated objects found` : '';
  const width = Math.max(...runs.map(({ picture }) => picture.length));
  return [
    `Identified as ${family}: ${labels.length} labels, ${input.colour}, ${input.fit.kind}.`,
    `Golden pictures${score}:`,
    ...runs.map(({ picture, detections }) => `  ${picture.padEnd(width)}  ${countsInWords(detections)}`),
  ].join('\n');
}

/** The input of a manifest: `float32, 416 × 416, NCHW, BGR, letterbox top-left, pad 114`. */
export function inputInWords({ type = 'float32', width, height, layout, colour, fit }: Manifest['input']): string {
  const fitting = fit.kind === 'stretch' ? 'stretched' : `letterbox ${fit.position}, pad ${fit.pad}`;
  return `${type}, ${width} × ${height}, ${layout}, ${colour}, ${fitting}`;
}

/** Number of detections by label: `5 apple, 1 dining table`. */
export function countsInWords(detections: readonly Detection[]): string {
  const groups = [...Map.groupBy(detections, ({ label }) => label)];
  return groups.map(([label, own]) => `${own.length} ${label}`).join(', ') || 'nothing';
}
