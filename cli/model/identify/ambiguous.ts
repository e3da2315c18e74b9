import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { Trial } from './choose.ts';
import { countsInWords } from './counts-in-words.ts';
import { UnsupportedModelError } from './facts.ts';

/** A reading of a model in short: `ssd (RGB, stretch, boxes xyxy in pixels, classes from 1)`. */
export function describeReading({ family, boxes, input }: Manifest): string {
  const { colour, fit, scale, mean, std } = input;
  const format = boxes ? `, boxes ${boxes.order} in ${boxes.unit}, classes from ${boxes.firstClass}` : '';
  const normalised = mean.some((each) => each !== 0) || std.some((each) => each !== 1);
  const pixels = normalised ? 'mean and std' : scale === 1 ? '0–255' : '0–1';
  return `${family} (${colour}, ${pixels}, ${fit.kind}${format})`;
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
function meaning({ family, outputs, boxes }: Manifest): string {
  return JSON.stringify([family, outputs, boxes]);
}

function inWords({ manifest, runs }: Trial): string[] {
  const { family, boxes } = manifest;
  const options = boxes ? ` --boxes ${boxes.order},${boxes.unit},${boxes.firstClass}` : '';
  return [
    `  ${describeReading(manifest)}: --family ${family}${options}`,
    ...runs.map(({ picture, detections }) => `    ${picture}: ${countsInWords(detections)}`),
  ];
}
