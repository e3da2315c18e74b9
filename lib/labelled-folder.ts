/** Labelled sets that a deployment brings from a folder: their checks, and where they lie in the bucket. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS } from '../functions/contract.ts';
import { fewestBlocks, fewestPhotos } from '../functions/judge/labels.ts';
import type { Fault } from '../functions/plan/fault.ts';
import { deployedSets, MOST_LABELLED } from '../functions/plan/labelled-set.ts';
import type { CheckedPlan, CheckedShadow } from '../functions/plan/plan-schema.ts';
import { truthOf } from '../functions/plan/truth-test.ts';
import { orderSet } from '../functions/records/labelled-order.ts';
import type { PhotoTruth } from '../functions/truth/photos.ts';
import { parseTruth, TruthError } from '../functions/truth/truth-file.ts';

/** Because the function that brings a set into the bucket has it in its code: Lambda allows 250 MB in all. */
export const MAX_SET_BYTES = 200_000_000;

/** A folder of photos that is deployed. */
export interface DeployedFolder {
  readonly folder: string;
  /** Names of the files below the folder, the truth last. */
  readonly files: readonly string[];
  /** SHA-256 of names and contents, the first 16 digits. */
  readonly hash: string;
}

/** The endpoint that a set is for. */
export interface SetOwner {
  readonly name: string;
  /** Labels that its first model is asked for. Empty: model or labels are wrong, so that nothing is known of them. */
  readonly labels: readonly string[];
}

type CheckedSet = Extract<CheckedShadow, { judge: 'labels' }>['labels'];

/** Faults of the labelled set of a shadow: names, prefix, folder, truth, photos, number and size. */
export function setFaults(shadow: CheckedShadow, path: string, owner: SetOwner): readonly Fault[] {
  if (shadow.judge !== 'labels') return [];
  const { folder, prefix, names = [] } = shadow.labels;
  const unknown = names.flatMap((value, index) => {
    const expected = `Expected a label of ${owner.name}: ${owner.labels.join(', ')}`;
    return owner.labels.length === 0 || owner.labels.includes(value)
      ? []
      : [{ path: `${path}.names[${index}]`, expected, value }];
  });
  const others = folder === undefined ? prefixFaults(prefix, path, owner) : folderFaults(shadow, folder, path, owner);
  return [...unknown, ...others];
}

function prefixFaults(prefix = '', path: string, { name }: SetOwner): readonly Fault[] {
  const own = KEYS.labels(name);
  const isOwn = prefix.startsWith(own) && prefix.length > own.length;
  if (isOwn && !prefix.startsWith(deployedSets(name))) return [];
  const expected = `Expected a prefix below ${own}, but not below ${deployedSets(name)}`;
  return [{ path: `${path}.prefix`, expected, value: prefix }];
}

function folderFaults(shadow: CheckedShadow, folder: string, path: string, owner: SetOwner): readonly Fault[] {
  if (shadow.judge !== 'labels') return [];
  const at = `${path}.folder`;
  try {
    const photos = truthIn(shadow.labels, folder);
    const outside = photos.filter(({ file }) => /(^|\/)\.\.?(\/|$)|^\/|\\/.test(file));
    if (outside.length > 0) {
      const expected = 'Expected file names below the folder';
      return [{ path: at, expected, value: outside.map(({ file }) => file).slice(0, 3) }];
    }
    const found = photos.filter(({ file }) => existsSync(join(folder, file)));
    if (found.length === 0) {
      const expected = `Expected the photos of ${shadow.labels.truth} in the folder, such as ${photos[0]?.file}`;
      return [{ path: at, expected, value: folder }];
    }
    return [...sizeFaults(found, folder, at), ...numberFaults(shadow, found, at, owner)];
  } catch (error) {
    if (!(error instanceof TruthError)) throw error;
    return [{ path: at, expected: `Expected a folder with a readable truth (${oneLine(error)})`, value: folder }];
  }
}

/** The message of an error in one line. */
export function oneLine({ message }: Error): string {
  return message.replace(/\n\s*/g, ' ').slice(0, 500);
}

function sizeFaults(photos: readonly PhotoTruth[], folder: string, path: string): readonly Fault[] {
  const value = photos.reduce((sum, { file }) => sum + statSync(join(folder, file)).size, 0);
  if (value <= MAX_SET_BYTES) return [];
  const expected = `Expected at most ${MAX_SET_BYTES} bytes of photos; put a larger set below a prefix of the bucket`;
  return [{ path, expected, value }];
}

/** A set that cannot prove the goal, whatever the versions answer. */
function numberFaults(
  shadow: CheckedShadow,
  photos: readonly PhotoTruth[],
  path: string,
  { labels }: SetOwner,
): readonly Fault[] {
  const { labels: test } = truthOf(shadow);
  if (shadow.judge !== 'labels' || !test || labels.length === 0) return [];
  const set = orderSet(photos, shadow.labels.names ?? labels, '');
  if (set.names.length === 0) {
    const judged = [...new Set(photos.flatMap((photo) => [...photo.judged]))];
    return [{ path, expected: `Expected a truth with a label of the endpoint: ${labels.join(', ')}`, value: judged }];
  }
  const { risk, errorRate, latency } = shadow.gates;
  const blocks = new Set(set.photos.flatMap(({ block }) => block ?? [])).size;
  const margins = [errorRate, latency].flatMap((gate) => (gate ? [gate.margin] : []));
  const what = set.measure === 'ap50' ? `photos with ${set.names.join(', ')}` : 'counted photos';
  const needs = [
    { value: blocks, least: fewestBlocks(test.test, risk.promote), what, proof: 'goal' },
    ...margins.map((margin) => ({
      value: set.photos.filter(({ skip }) => !skip).length,
      least: fewestPhotos(margin, risk.promote),
      what: 'usable photos',
      proof: `margin of ${margin}`,
    })),
  ];
  return (
    needs
      // With more than a set can have, the margin is the fault, and the plan's own check reports it.
      .filter(({ value, least }) => value < least && least <= MOST_LABELLED)
      .map(({ value, least, what, proof }) => {
        const reason = `fewer cannot prove the ${proof}, even for a perfect candidate`;
        return { path, expected: `Expected at least ${least} ${what}: ${reason}`, value };
      })
  );
}

/** The truth in a folder. @throws TruthError */
export function truthIn({ truth }: Pick<CheckedSet, 'truth'>, folder: string): PhotoTruth[] {
  const file = join(folder, truth);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TruthError(file, [`Expected a readable file, received ${(cause as Error).message}`], { cause });
  }
  try {
    return parseTruth(file, JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TruthError(file, [`Expected JSON, received ${error.message}`], { cause: error });
  }
}

/** Whether a labelled set judges a shadow of the plan. */
export function hasLabels(plan: CheckedPlan): boolean {
  return plan.some((phase) => phase.kind === 'shadow' && phase.judge === 'labels');
}

/** A plan whose labelled sets are in the bucket. */
export interface StoredPlan {
  /** The rollout plan of new versions. */
  readonly plan: CheckedPlan;
  /** The folders of photos that the deployment brings into the bucket. */
  readonly labelledFolders: readonly DeployedFolder[];
}

/** Replaces folders by prefixes of the bucket, and fills in the labels to judge by. */
export function storePlan(checked: CheckedPlan, { name, labels }: SetOwner): StoredPlan {
  const folders: DeployedFolder[] = [];
  const plan = checked.map((phase) => {
    if (phase.kind !== 'shadow' || phase.judge !== 'labels') return phase;
    const { folder, prefix, truth, names = labels } = phase.labels;
    if (folder === undefined) return { ...phase, labels: { prefix: prefix ?? '', truth, names: [...names] } };
    const deployed = deployedFolder(phase.labels, folder);
    if (!folders.some(({ hash }) => hash === deployed.hash)) folders.push(deployed);
    return { ...phase, labels: { prefix: `${deployedSets(name)}${deployed.hash}/`, truth, names: [...names] } };
  });
  return { plan, labelledFolders: folders };
}

function deployedFolder(set: CheckedSet, folder: string): DeployedFolder {
  const photos = truthIn(set, folder).map(({ file }) => file);
  const files = [...photos.filter((file) => existsSync(join(folder, file))).toSorted(), set.truth];
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return { folder, files, hash: hash.digest('hex').slice(0, 16) };
}
