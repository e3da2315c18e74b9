import type { Manifest } from '../../../functions/detection/manifest.ts';

import type { Proposal } from './facts.ts';
import type { TrialContext } from './golden-run.ts';
import { bestOf, isPlausible, type Trial, tryManifest } from './trial.ts';
import { BLAZEFACE, STRETCHED_BYTES, STRETCHED_IMAGENET, STRETCHED_RGB } from './usual-inputs.ts';

type Input = Manifest['input'];

/** What a model expects of pixels: order of colours, scale, mean and standard deviation. */
export type Pixels = Pick<Input, 'colour' | 'scale' | 'mean' | 'std'>;

/** Least ratio of qualities that proves a difference. Because weak models differ by 10 % in either direction. */
const LEAST_RATIO = 1.15;

/** Quality per annotated object under which other pixels are tried: right ones reach 0.7 even with weak models. */
const SUSPICIOUS = 0.6;

/** Least number of objects that boxes fit: with fewer, the outputs are read wrongly, and other pixels do not help. */
export const LEAST_LOCATED = 3;

/** A trial in the order of colours that suits the model, and what the golden pictures show about it. */
export interface ColourProof {
  readonly trial: Trial;
  /** Whether its order is clearly better than the other one. */
  readonly colour: boolean;
}

/** Whether a plausible trial leaves open that the model expects other pixels. */
export function isSuspicious({ sanity }: Trial): boolean {
  const { annotated, objects, located, quality } = sanity;
  return located >= LEAST_LOCATED && quality < SUSPICIOUS * (annotated || objects);
}

/**
 * Tries the pixels in use with one reading of the outputs.
 * @returns the plausible trials
 */
export async function tryPixels(context: TrialContext, manifest: Manifest, set: Partial<Pixels>): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const pixels of pixelsInUse(manifest.input, set)) {
    const trial = await tryManifest(context, { ...manifest, input: { ...manifest.input, ...pixels } });
    if (isPlausible(trial)) trials.push(trial);
  }
  return trials;
}

/** Bytes take pixels unchanged, so that only the order of colours is open; what the caller sets is not. */
function pixelsInUse({ type }: Input, set: Partial<Pixels>): Pixels[] {
  const known = type === 'uint8' ? [STRETCHED_BYTES] : USUAL;
  return known.flatMap((input) =>
    ([input, reversed(input)] as const).map((pixels) => ({ ...pixelsOf(pixels), ...set })),
  );
}

const USUAL: readonly Proposal['input'][] = [STRETCHED_BYTES, STRETCHED_RGB, STRETCHED_IMAGENET, BLAZEFACE];

function pixelsOf({ colour, scale, mean, std }: Pixels): Pixels {
  return { colour, scale, mean, std };
}

/** The same pixels in the other order of colours. */
function reversed({ colour, scale, mean, std }: Pixels): Pixels {
  const turned = ([a, b, c]: Pixels['mean']): Pixels['mean'] => [c, b, a];
  return { colour: colour === 'RGB' ? 'BGR' : 'RGB', scale, mean: turned(mean), std: turned(std) };
}

/**
 * Compares the order of colours with the other one, and takes the other one if it is clearly better. With red and blue
 * exchanged, a model still gives plausible detections, but somewhat fewer.
 */
export async function proveColours(context: TrialContext, chosen: Trial, set: Partial<Pixels>): Promise<ColourProof> {
  if (chosen.sanity.objects === 0) return { trial: chosen, colour: false };
  const { manifest, sanity } = chosen;
  const input = { ...manifest.input, ...reversed(manifest.input) };
  const other = await tryManifest(context, { ...manifest, input });
  const quality = typeof other === 'string' ? 0 : other.sanity.quality;
  if (quality > sanity.quality * LEAST_RATIO && isPlausible(other) && set.colour === undefined)
    return { trial: other, colour: true };
  return { trial: chosen, colour: sanity.quality > quality * LEAST_RATIO };
}

/** Whether a manifest has other pixels than all of these of its family. */
export function isUnusual({ family, input }: Manifest, usual: readonly Manifest[]): boolean {
  const pixels = JSON.stringify(pixelsOf(input));
  return !usual.some((each) => each.family === family && JSON.stringify(pixelsOf(each.input)) === pixels);
}

/** The best of several trials, where the first one gives way only to a clearly better one. */
export function clearlyBest(first: Trial, others: readonly Trial[]): Trial {
  const best = bestOf(others);
  return best && best.sanity.quality > first.sanity.quality * LEAST_RATIO ? best : first;
}
