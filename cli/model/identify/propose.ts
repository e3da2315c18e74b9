import type { Family } from '../../../functions/detection/decoders/families.ts';
import { describeTensor, type ModelFacts, type OutputFact, type Proposal, UnsupportedModelError } from './facts.ts';
import { FAMILY_MATCHERS } from './family-matchers.ts';
import { LABEL_SETS, labelsFromMetadata } from './labels.ts';
import { rowsMatcher } from './row-matchers.ts';

/** Properties that the caller sets; they override those of the file. */
export interface Hints {
  readonly family?: Family;
  readonly labels?: readonly string[];
  readonly input?: Partial<Proposal['input']>;
  /** What the metadata of the model's repository states about its input; it replaces what is usual for the family. */
  readonly stated?: Partial<Proposal['input']>;
  readonly boxes?: NonNullable<Proposal['boxes']>;
  readonly rows?: NonNullable<Proposal['rows']>;
}

/** A proposal with labels for its classes. */
export interface Hypothesis extends Proposal {
  readonly labels: readonly string[];
}

/**
 * Possible families of a model, most likely first; the golden pictures decide among several.
 * @throws UnsupportedModelError with the reason if no family fits
 */
export function propose(facts: ModelFacts, hints: Hints): Hypothesis[] {
  refuseOtherTasks(facts);
  const proposals = proposalsFor(facts, hints);
  if (proposals.length === 0) throw unknownOutputs(facts, hints);
  if (hints.boxes && !proposals.some(({ boxes }) => boxes)) throw uselessBoxes(proposals);
  const labelled = withLabels(proposals, facts, hints.labels);
  return distinct(labelled.map((each) => ({ ...each, input: { ...inputOf(each, facts, hints), ...hints.input } })));
}

/** Proposals for all outputs; otherwise for the fewest that fit a family, because exports add raw heads. */
export function proposalsFor(facts: ModelFacts, hints: Hints): Proposal[] {
  const known = hints.rows ? [rowsMatcher(hints.rows)] : FAMILY_MATCHERS;
  const matchers = known.filter(({ family }) => hints.family === undefined || family === hints.family);
  const single = facts.outputs.length === 1;
  for (const outputs of outputChoices(facts.outputs.map((output) => withBatch(output, single)))) {
    const proposals = outputs
      .flatMap((chosen) => matchers.flatMap((matcher) => matcher.match({ ...facts, outputs: chosen })))
      .filter(({ boxes }) => !hints.boxes || !boxes || sameBoxes(boxes, hints.boxes));
    if (proposals.length > 0) return proposals;
  }
  return [];
}

/** Most outputs of which some are tried: their combinations grow fast. */
const MOST_OUTPUTS = 12;

/** All outputs; then each alone; then each pair, and each triple. */
function outputChoices(all: readonly OutputFact[]): OutputFact[][][] {
  if (all.length === 1 || all.length > MOST_OUTPUTS) return [[[...all]]];
  const singles = all.map((output) => [output]);
  const larger = (sets: readonly OutputFact[][]) =>
    sets.flatMap((set) => all.slice(all.indexOf(set.at(-1) as OutputFact) + 1).map((output) => [...set, output]));
  const pairs = larger(singles);
  return [[[...all]], singles, pairs, larger(pairs)];
}

/** Names of outputs that are lists by themselves. */
const LISTS = /score|class|label|num|count|indic|select/i;

/** Rows without the leading 1 of a batch, `[N, 85]`, have the same values in the same order. */
function withBatch(output: OutputFact, single: boolean): OutputFact {
  const { name, dims } = output;
  const rows = dims.length === 2 && dims[0] !== 1 && (single || !LISTS.test(name));
  return rows && (dims[1] as number) > 4 ? { ...output, dims: [1, ...dims] } : output;
}

/** Bytes are taken as they are: a model with such an input scales them itself. */
function inputOf({ input: usual }: Proposal, { image }: ModelFacts, { stated }: Hints): Proposal['input'] {
  const input = { ...usual, ...stated };
  return image.type === 'uint8' ? { ...input, scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } : input;
}

function sameBoxes(a: NonNullable<Proposal['boxes']>, b: NonNullable<Proposal['boxes']>): boolean {
  return a.order === b.order && a.unit === b.unit && a.firstClass === b.firstClass;
}

/** Because a hint can make two hypotheses equal. */
function distinct(hypotheses: readonly Hypothesis[]): Hypothesis[] {
  return [...new Map(hypotheses.map((each) => [JSON.stringify(each), each])).values()];
}

function refuseOtherTasks({ file, outputs }: ModelFacts): void {
  const { task } = file.metadata;
  if (task !== undefined && task !== 'detect') {
    throw new UnsupportedModelError(
      `Expected a detector, received a model with the task "${task}" in its metadata; export one for "detect"`,
    );
  }
  const described = outputs.map(describeTensor).join(', ');
  // Rows of values, also one row or none, are no list of scores: suppression inside finds nothing in a grey picture.
  const listed = ({ dims }: OutputFact) => dims.length !== 3 && dims.filter((dim) => dim !== 1).length <= 1;
  if (outputs.length === 1 && outputs.every(listed)) {
    throw new UnsupportedModelError(
      `Expected a detector, received a classifier: one list of scores and no boxes (${described}); ` +
        'train or export a detection model',
    );
  }
}

/** Because an option without an effect hides that the model was read in another way. */
function uselessBoxes(proposals: readonly Proposal[]): UnsupportedModelError {
  const families = [...new Set(proposals.map(({ family }) => family))].join(', ');
  return new UnsupportedModelError(
    `Expected no --boxes for a model with the outputs of ${families}, received one: only ssd has formats of boxes; ` +
      'leave it out, or set --family ssd',
  );
}

function unknownOutputs(facts: ModelFacts, { family, rows }: Hints): UnsupportedModelError {
  const { width, height } = facts.image;
  const matchers = rows ? [rowsMatcher(rows)] : FAMILY_MATCHERS;
  const expected = matchers
    .filter((each) => family === undefined || each.family === family)
    .map((matcher) => `  ${matcher.family}: ${matcher.expected(facts)}`);
  const received = facts.outputs.map((output) => `  ${describeTensor(output)}`);
  return new UnsupportedModelError(
    [
      `Expected the outputs of ${family ?? 'a known family'} for an input of ${width} × ${height}:`,
      ...expected,
      'received:',
      ...received,
      'Export the model with one of these heads, without more post-processing (docs/models.md).',
    ].join('\n'),
  );
}

function withLabels(
  proposals: readonly Proposal[],
  facts: ModelFacts,
  given: readonly string[] | undefined,
): Hypothesis[] {
  const labels = given ?? labelsFromMetadata(facts.file.metadata);
  if (!labels) return withCocoLabels(proposals, facts);
  const fitting = proposals.filter(({ classes }) => classes === undefined || classes === labels.length);
  if (fitting.length === 0) {
    const source = given ? '' : ' in the metadata of the file';
    throw new UnsupportedModelError(
      `Expected one label for each class of the model (${classesInWords(proposals, facts)}), ` +
        `received ${labels.length} labels${source}; set --labels with one name for each class, in the model’s order`,
    );
  }
  return fitting.map((proposal) => ({ ...proposal, labels }));
}

/**
 * The most likely families of a model, if its labels exclude them, otherwise none:
 * `as yolox: the model has 3 classes, received 4 labels`.
 */
export function excludedByLabels(facts: ModelFacts, hints: Hints): string[] {
  const labels = hints.labels ?? labelsFromMetadata(facts.file.metadata);
  if (!labels) return [];
  const all = proposalsFor(facts, hints);
  const fitting = all.findIndex(({ classes }) => classes === undefined || classes === labels.length);
  const words = all
    .slice(0, Math.max(0, fitting))
    .map(({ family, classes }) => `as ${family}: the model has ${classes} classes, received ${labels.length} labels`);
  return [...new Set(words)];
}

/** COCO's labels, for the numbers of classes that are typical of models trained on COCO. */
function withCocoLabels(proposals: readonly Proposal[], facts: ModelFacts): Hypothesis[] {
  const known = new Map<number | undefined, readonly string[]>([
    [80, LABEL_SETS['coco-80']],
    [90, LABEL_SETS['coco-90']],
    [91, LABEL_SETS['coco-91']],
  ]);
  const labelled = proposals.flatMap((proposal) => {
    const labels = known.get(proposal.classes);
    return labels ? [{ ...proposal, labels }] : [];
  });
  if (labelled.length > 0) return labelled;
  throw new UnsupportedModelError(
    `Expected labels, received none: the file has no names for its classes (${classesInWords(proposals, facts)}); ` +
      'set --labels a,b,c or --labels <file> in the model’s order, ' +
      `or --labels ${Object.keys(LABEL_SETS).join(' | ')}`,
  );
}

function classesInWords(proposals: readonly Proposal[], { outputs }: ModelFacts): string {
  const words = proposals.map(({ family, classes }) => `${classes ?? 'any number'} as ${family}`);
  return `${[...new Set(words)].join(', ')}; ${outputs.map(describeTensor).join(', ')}`;
}
