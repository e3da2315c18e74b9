import { cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadModel } from '../../../functions/detection/model.ts';
import type { PhotoTruth } from '../../../functions/truth/photos.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import type { Output } from '../../terminal/terminal.ts';
import { formatJson } from '../files/format-json.ts';
import { goldenPictures } from '../files/golden-pictures.ts';
import { writeWhole } from '../files/write-whole.ts';
import { chooseManifest } from '../identify/choose.ts';
import { type ModelFacts, UnsupportedModelError } from '../identify/facts.ts';
import { labelsFromMetadata } from '../identify/labels.ts';
import { isUnusual, proveColours } from '../identify/pixels.ts';
import { excludedByLabels, type Hypothesis, propose } from '../identify/propose.ts';
import { refineThreshold } from '../identify/refine.ts';
import type { Trial } from '../identify/trial.ts';
import { hubInWords } from '../report/hub-words.ts';
import { factsInWords, goldenInWords, proofInWords, unusualInWords } from '../report/package-words.ts';
import type { AddOptions, Making } from './add-options.ts';
import { hintsOf, licenceOf, originOf, packageFacts, sizeOf, UNKNOWN_LICENCE } from './facts-of-source.ts';
import { writeExpected } from './golden.ts';
import { proposedManifests } from './manifest.ts';
import { modelCard } from './model-card.ts';
import { inspectAtSize } from './resize.ts';
import { resultPicture } from './result-picture.ts';

/** The golden pictures of the project, and their annotations. */
const OWN_GOLDEN = join(import.meta.dirname, '../../../models/counter-nano/golden');
const OWN_TRUTH = join(import.meta.dirname, '../golden-truth.json');

/**
 * Makes a package in a folder with `model.onnx`: inspects the model, identifies its family, and writes the manifest,
 * the golden pictures with the expected detections, and the model card.
 * @throws NotOnnxError, UnsupportedModelError, TruthError
 */
export async function makePackage(staging: string, making: Making, options: AddOptions, output: Output): Promise<void> {
  const given = await readFile(join(staging, 'model.onnx'));
  const hints = await hintsOf(making.source, options);
  const inspected = await inspectAtSize(staging, given, sizeOf(making.source, options), hints);
  const { bytes, facts, resized } = inspected;
  output.print(factsInWords(originOf(making.source), bytes.length, resized?.sha256 ?? making.sha256, facts));
  if (resized) output.note(resized.words);
  const hypotheses = propose(facts, hints);
  noteGuesses(facts, hypotheses, making, options, output);
  const pictures = await copyGolden(staging, options);
  const context = { folder: staging, truths: await readGoldenTruth(pictures, options), outputs: new Map() };
  const manifests = proposedManifests(facts.image, hypotheses, packageFacts(facts, making, options, inspected));
  const set = options.input;
  const chosen = await chooseManifest(context, manifests, { excluded: excludedByLabels(facts, hints), set });
  const coloured = await proveColours(context, chosen, set);
  const refined = options.confidence === undefined ? await refineThreshold(context, coloured.trial) : coloured.trial;
  const checked = { ...refined.sanity.checked, colour: coloured.colour };
  const trial = { ...refined, manifest: { ...refined.manifest, checked } };
  if (isUnusual(trial.manifest, manifests)) output.note(unusualInWords(trial.manifest));
  output.print(goldenInWords(trial));
  output.print(proofInWords(trial));
  await finish(staging, making, facts, trial, output);
}

function noteGuesses(
  facts: ModelFacts,
  hypotheses: readonly Hypothesis[],
  { source, sha256 }: Making,
  options: AddOptions,
  output: Output,
): void {
  if (source.kind === 'hub') for (const line of hubInWords(source.model, facts, options)) output.note(line);
  const isStated = source.entry !== undefined || (source.kind === 'hub' && source.model.labels !== undefined);
  if (options.labels === undefined && !isStated && labelsFromMetadata(facts.file.metadata) === undefined) {
    output.note(
      `The file has no names for its ${hypotheses[0]?.labels.length} classes: using COCO’s. Set others with --labels.`,
    );
  }
  if (licenceOf(facts, source, options) === UNKNOWN_LICENCE) {
    output.note('The licence of the model is unknown: the manifest has NOASSERTION. Set it with --licence <SPDX>.');
  }
  if (source.entry && !source.entry.files.some((file) => file.sha256 === sha256)) {
    output.note(`The SHA-256 of the file is not in the catalog for ${source.entry.name}.`);
  }
}

/** @returns the names of the pictures */
async function copyGolden(staging: string, { golden = OWN_GOLDEN }: AddOptions): Promise<string[]> {
  const pictures = await goldenPictures(join(golden, '..'), basename(golden));
  if (pictures.length === 0)
    throw new UnsupportedModelError(
      `Expected JPEG, PNG, WebP or AVIF pictures in ${golden}, received none; set --golden to a folder with pictures`,
    );
  // The bytes, because a link would end outside the package.
  for (const picture of pictures)
    await cp(join(golden, picture), join(staging, 'golden', picture), { dereference: true });
  return pictures;
}

/** @throws TruthError; UnsupportedModelError where it names none of the pictures, and so would check nothing */
async function readGoldenTruth(
  pictures: readonly string[],
  { golden, goldenTruth }: AddOptions,
): Promise<PhotoTruth[]> {
  if (goldenTruth === undefined) return golden === undefined ? readTruth(OWN_TRUTH) : [];
  const truths = await readTruth(goldenTruth);
  if (truths.some(({ file }) => pictures.includes(file))) return truths;
  const [named, found] = [truths.map(({ file }) => file), pictures].map((files) => files.slice(0, 3).join(', '));
  throw new UnsupportedModelError(
    `Expected annotations of the golden pictures (${found}) in ${goldenTruth}, received those of ${named}; ` +
      'set --golden-truth to a file that names the pictures as the folder of --golden does',
  );
}

async function finish(
  staging: string,
  { source }: Making,
  facts: ModelFacts,
  trial: Trial,
  output: Output,
): Promise<void> {
  await writeWhole(join(staging, 'model.json'), formatJson(trial.manifest));
  const found = Object.fromEntries(trial.runs.map(({ picture, detections }) => [picture, detections]));
  await writeExpected(staging, found);
  await writeWhole(join(staging, 'MODEL_CARD.md'), modelCard(trial, facts, source));
  const model = await loadModel(staging);
  try {
    output.print(`Check the result: ${await resultPicture(staging, model, trial.runs)}`);
  } finally {
    await model.release();
  }
}
