import type { Manifest } from '../../../functions/detection/model.ts';
import { ambiguous, describeReading } from './ambiguous.ts';
import { UnsupportedModelError } from './facts.ts';
import type { TrialContext } from './golden-run.ts';
import { clearlyBest, isSuspicious, LEAST_LOCATED, type Pixels, tryPixels } from './pixels.ts';
import { bestOf, isPlausible, type Trial, tryManifest } from './trial.ts';

/** What decides beside the golden pictures. */
export interface Choice {
  /** Readings that other reasons exclude, in words, for the message. */
  readonly excluded?: readonly string[];
  /** Properties of pixels that the caller sets. */
  readonly set?: Partial<Pixels>;
}

/**
 * Tries manifests of one model on the golden pictures. If the best result is weak, other pixels in use are tried, too.
 * @returns the trial with plausible detections, the best of several
 * @throws UnsupportedModelError with the problems of each manifest, if none gives plausible detections; with the
 * readings, if several are equally good
 */
export async function chooseManifest(
  context: TrialContext,
  manifests: readonly Manifest[],
  { excluded = [], set = {} }: Choice = {},
): Promise<Trial> {
  const trials: (Trial | string)[] = [];
  for (const manifest of manifests) trials.push(await tryManifest(context, manifest));
  const plausible = trials.filter(isPlausible);
  const best = bestOf(plausible);
  const equal = best && ambiguous(plausible, best);
  if (equal) throw equal;
  if (best && !isSuspicious(best)) return best;
  const others = await withOtherPixels(context, best ?? mostLocated(trials), set);
  const chosen = best ? clearlyBest(best, others) : bestOf(others);
  if (chosen) return chosen;
  const failures = trials.map((trial, index) => {
    const reading = describeReading(manifests[index] as Manifest);
    return `as ${reading}: ${typeof trial === 'string' ? trial : trial.sanity.faults.join('; ')}`;
  });
  throw implausible([...new Set([...failures, ...excluded])], manifests[0]?.thresholds.confidence);
}

async function withOtherPixels(
  context: TrialContext,
  trial: Trial | undefined,
  set: Partial<Pixels>,
): Promise<readonly Trial[]> {
  return trial ? tryPixels(context, trial.manifest, set) : [];
}

/** The trial whose boxes fit the most objects, if they fit enough for a right reading of the outputs. */
function mostLocated(trials: readonly (Trial | string)[]): Trial | undefined {
  const read = trials.filter((trial): trial is Trial => typeof trial !== 'string');
  const located = read.toSorted((a, b) => b.sanity.located - a.sanity.located)[0];
  return located && located.sanity.located >= LEAST_LOCATED ? located : undefined;
}

/** A threshold over which good models find few objects. */
const HIGH_CONFIDENCE = 0.5;

function implausible(failures: readonly string[], confidence = 0): UnsupportedModelError {
  const high =
    confidence > HIGH_CONFIDENCE
      ? [`The confidence threshold of ${confidence} is high: leave out --confidence, or set a lower one.`]
      : [];
  return new UnsupportedModelError(
    [
      'Expected plausible detections in the golden pictures, received:',
      ...failures.map((failure) => `  ${failure}`),
      ...high,
      'The outputs have a known shape, but their values have another meaning, or the model expects another input. ' +
        'Look up the input of the model and set it (--colour, --scale, --mean, --std, --fit), set its --family, ' +
        'or export it with the usual head. If the golden pictures (apples, cars, potted plants, an empty road) ' +
        'show none of its classes, use your own: --golden <folder> --golden-truth <file>.',
    ].join('\n'),
  );
}
