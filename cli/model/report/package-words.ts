import type { Manifest } from '../../../functions/detection/manifest.ts';
import { describeReading, pixelsInWords } from '../identify/ambiguous.ts';
import { countsInWords } from '../identify/counts-in-words.ts';
import { describeTensor, type ModelFacts } from '../identify/facts.ts';
import type { Trial } from '../identify/trial.ts';
import { opsetsInWords } from '../onnx/onnx-file.ts';
import { checkedInWords } from './checked-words.ts';

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
  const { labels } = manifest;
  const { annotated, found, named } = sanity;
  const names = named.length > 0 ? ` (${named.join(', ')})` : '';
  const score = annotated > 0 ? `, ${found} of ${annotated} annotated objects found${names}` : '';
  const width = Math.max(...runs.map(({ picture }) => picture.length));
  return [
    `Identified as ${describeReading(manifest)}, ${labels.length} labels.`,
    `Golden pictures${score}:`,
    ...runs.map(({ picture, detections }) => `  ${picture.padEnd(width)}  ${countsInWords(detections)}`),
  ].join('\n');
}

/** The input of a manifest: `float32, 416 × 416, NCHW, BGR, letterbox top-left, pad 114`. */
export function inputInWords({ type = 'float32', width, height, layout, colour, fit }: Manifest['input']): string {
  const fitting = fit.kind === 'stretch' ? 'stretched' : `letterbox ${fit.position}, pad ${fit.pad}`;
  return `${type}, ${width} × ${height}, ${layout}, ${colour}, ${fitting}`;
}

/** The note of `model add` about pixels that the family does not usually have. */
export function unusualInWords(manifest: Manifest): string {
  return (
    `The golden pictures give clearly better results with ${pixelsInWords(manifest.input)} than with the usual input ` +
    `of ${manifest.family}: the manifest has these. Compare them with the training of the model.`
  );
}

/** The line of `model add` about what the golden pictures proved, with the remedy for the rest. */
export function proofInWords({ manifest, sanity }: Trial): string {
  const { checked } = manifest;
  const any = sanity.annotated === 0 && checked?.boxes;
  const how = any ? ` (${sanity.located} of ${sanity.objects} annotated objects, of any label)` : '';
  const line = `Checked by the golden pictures${how}: ${checkedInWords(checked)}.`;
  if (checked?.boxes && checked.classes) return line;
  return `${line} To check them, set --golden <folder> and --golden-truth <file>.`;
}
