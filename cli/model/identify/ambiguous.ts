import { USUAL_ROWS } from '../../../functions/detection/decoders/end-to-end.ts';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import { countsInWords } from './counts-in-words.ts';
import { UnsupportedModelError } from './facts.ts';
import type { Trial } from './trial.ts';

/** A reading of a model in short: `ssd (RGB, stretch, boxes xyxy in pixels, classes from 1)`. */
export function describeReading({ family, boxes, rows, transposed, input }: Manifest): string {
  const format = [
    boxes ? `, boxes ${boxes.order} in ${boxes.unit}, classes from ${boxes.firstClass}` : '',
    rows ? `, rows of ${rows.columns.join(' ')} in ${rows.unit}, classes from ${rows.firstClass}` : '',
    transposed ? ', transposed' : '',
  ].join('');
  return `${family} (${pixelsInWords(input)}, ${input.fit.kind}${format})`;
}

/** The pixels of an input in short: `RGB, 0–1`. */
export function pixelsInWords({ colour, scale, mean, std }: Manifest['input']): string {
  const normalised = mean.some((each) => each !== 0) || std.some((each) => each !== 1);
  const signed = normalised && mean.every((each) => each === 127.5);
  return `${colour}, ${signed ? '−1 to 1' : normalised ? 'mean and std' : scale === 1 ? '0–255' : '0–1'}`;
}

/**
 * The refusal to choose by chance among readings of the outputs that pass with equal quality, but differ in what they
 * detect. Readings that differ only in the input are no reason: the usual input of the family is taken.
 */
export function ambiguous(trials: readonly Trial[], best: Trial): UnsupportedModelError | undefined {
  const equal = trials.filter(({ sanity }) => sanity.quality === best.sanity.quality);
  const readings = [...new Map(equal.toReversed().map((trial) => [meaning(trial.manifest), trial])).values()];
  const different = new Set(readings.map(({ runs }) => JSON.stringify(runs.map(({ detections }) => detections))));
  if (different.size < 2) return undefined;
  return new UnsupportedModelError(
    [
      'Expected one reading of the outputs, received several that are equally plausible in the golden pictures:',
      ...readings.toReversed().flatMap(inWords),
      'Choose the right one by its options, or let annotated golden pictures of the model’s classes decide: ' +
        'set --golden <folder> and --golden-truth <file>.',
    ].join('\n'),
  );
}

/** The parts of a manifest that give the outputs a meaning. */
function meaning({ family, outputs, boxes, rows, transposed }: Manifest): string {
  return JSON.stringify([family, outputs, boxes, rows, transposed]);
}

function inWords({ manifest, runs }: Trial): string[] {
  const { family, boxes, rows = family === 'end-to-end' ? USUAL_ROWS : undefined } = manifest;
  const options = [
    boxes ? ` --boxes ${boxes.order},${boxes.unit},${boxes.firstClass}` : '',
    rows ? ` --rows ${rows.columns.join(',')}/${rows.unit}/${rows.firstClass}` : '',
  ].join('');
  return [
    `  ${describeReading(manifest)}: --family ${family}${options}`,
    ...runs.map(({ picture, detections }) => `    ${picture}: ${countsInWords(detections)}`),
  ];
}
