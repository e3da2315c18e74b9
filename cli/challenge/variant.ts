/** Challengers as they are named on the command line: `name@confidence=0.4@iou=0.5`. */

import { join } from 'node:path';
import type { DetectOptions } from '../../functions/detection/detect.ts';
import { InvalidDetectOptionError, ModelPackageError } from '../../functions/detection/errors.ts';
import { type Manifest, readManifest } from '../../functions/detection/manifest.ts';
import { resolveOptions } from '../../functions/detection/options.ts';

/** Most challengers: each keeps its model in memory, and each makes all proofs harder. */
export const MOST_CHALLENGERS = 10;

/** What an endpoint serves, as far as challengers differ. Absent: the package's own thresholds. */
export interface Served {
  readonly model: string;
  readonly confidence?: number;
  readonly iou?: number;
}

/** A model package with settings that can answer pictures. */
export interface Variant extends Served {
  /** As typed. */
  readonly name: string;
  /** Folder of the package. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Challengers that cannot be compared. The message has a line for each fault. */
export class ChallengersError extends Error {
  override readonly name = 'ChallengersError';
  constructor(faults: readonly string[]) {
    super(`--challengers has ${faults.length} error${faults.length === 1 ? '' : 's'}:\n  ${faults.join('\n  ')}`);
  }
}

/** What challengers are checked against. */
export interface Ring {
  /** Folder of the model packages. */
  readonly models: string;
  /** The endpoint's labels. */
  readonly labels: readonly string[];
  /** The endpoint's declared thresholds, which a challenger keeps unless it names its own. */
  readonly declared: Pick<Served, 'confidence' | 'iou'>;
  readonly live: Served;
}

/** Reads the list of challengers. @throws ChallengersError with every fault */
export async function readChallengers(names: readonly string[], ring: Ring): Promise<Variant[]> {
  const read = await Promise.all(names.map((name) => readVariant(name, ring)));
  const variants = read.flatMap(({ variant }) => variant ?? []);
  const faults = [
    ...read.flatMap((each) => each.faults),
    ...variants.flatMap((variant, index) => repetition(variant, variants.slice(0, index), ring.live)),
    ...(names.length > MOST_CHALLENGERS
      ? [`Expected at most ${MOST_CHALLENGERS} challengers, received ${names.length}`]
      : []),
  ];
  if (faults.length > 0) throw new ChallengersError(faults);
  return variants;
}

interface ReadVariant {
  readonly variant?: Variant;
  readonly faults: readonly string[];
}

async function readVariant(name: string, { models, labels, declared }: Ring): Promise<ReadVariant> {
  const [model = '', ...settings] = name.split('@').map((part) => part.trim());
  const { thresholds, faults } = readSettings(name, settings, declared);
  const manifest = await readManifest(join(models, model)).catch((error: Error) => error);
  if (manifest instanceof Error) {
    if (!(manifest instanceof ModelPackageError)) throw manifest;
    return {
      faults: [
        ...faults,
        `${name}: Expected the name of a model package, received "${model}": ${manifest.faults.join('; ')}`,
      ],
    };
  }
  const variant = { name, model, folder: join(models, model), manifest, ...thresholds };
  const all = [...faults, ...optionFaults(variant, labels)];
  return { faults: all, ...(all.length === 0 && { variant }) };
}

type Thresholds = Pick<Served, 'confidence' | 'iou'>;

function readSettings(
  name: string,
  settings: readonly string[],
  declared: Thresholds,
): { thresholds: Thresholds; faults: string[] } {
  const thresholds: { confidence?: number; iou?: number } = { ...declared };
  const seen = new Set<string>();
  const faults = settings.flatMap((setting) => {
    const [key = '', value = ''] = setting.split('=');
    if (key !== 'confidence' && key !== 'iou')
      return [
        `${name}: Expected confidence=… or iou=… after @, received "${setting}"${key === 'size' ? SIZE_HINT : ''}`,
      ];
    if (seen.has(key)) return [`${name}: Expected ${key} once, received it again`];
    seen.add(key);
    delete thresholds[key];
    if (value === PACKAGE) return [];
    const number = Number(value);
    if (value === '' || !(number >= 0 && number <= 1))
      return [`${name}: Expected a number from 0 to 1, or ${PACKAGE}, for ${key}, received "${value}"`];
    thresholds[key] = number;
    return [];
  });
  return { thresholds, faults };
}

/** The value for the thresholds of the package instead of those that the endpoint declares. */
const PACKAGE = 'package';

const SIZE_HINT = ': another input size is another package (npm run model -- add … --size 640x640)';

/** Faults of thresholds and labels against the package. */
function optionFaults(variant: Variant, labels: readonly string[]): string[] {
  try {
    resolveOptions(variant.manifest, detectOptions(variant, labels));
    return [];
  } catch (error) {
    if (!(error instanceof InvalidDetectOptionError)) throw error;
    return [`${variant.name}: ${error.message}`];
  }
}

/** The options of a detection that decide what is found. */
export function detectOptions({ confidence, iou }: Served, labels: readonly string[]): DetectOptions {
  return {
    labels,
    annotate: false,
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
  };
}

function repetition(variant: Variant, earlier: readonly Variant[], live: Served): string[] {
  const same = earlier.find((other) => isSame(other, variant));
  if (same)
    return [`${variant.name}: Expected another model or another threshold than ${same.name}, received the same`];
  return isSame(live, variant) ? [`${variant.name}: Expected a challenger of live, received what live serves`] : [];
}

function isSame(one: Served, other: Served): boolean {
  return one.model === other.model && one.confidence === other.confidence && one.iou === other.iou;
}
