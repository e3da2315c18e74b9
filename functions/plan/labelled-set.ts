/** The labelled set of a shadow: photos with known truth, in a format of `docs/evaluation.md`. */

import * as z from 'zod';

/** Where the photos are. Exactly one of `folder` and `prefix`. */
export interface LabelledSet {
  /** Folder with the photos and the truth, relative to the working directory. Deployed with the endpoint. */
  readonly folder?: string;
  /** Prefix in the deployment's bucket: `labels/<endpoint>/…/`. The owner puts the photos there, and changes them. */
  readonly prefix?: string;
  /** File with the truth in that folder, or below that prefix. Default `truth.json`. */
  readonly truth?: string;
  /** Labels to judge by. At least one. Default: those of the endpoint that the truth has. */
  readonly names?: readonly string[];
}

/** A labelled set in the bucket. */
export interface StoredSet {
  /** Ends with a slash. */
  readonly prefix: string;
  /** File name of the truth below the prefix. */
  readonly truth: string;
  /** Labels of the endpoint to judge by; of these, the ones that the truth has. */
  readonly names: readonly string[];
}

/** Most photos of a set: their results are less than 10 MB of progress. */
export const MOST_LABELLED = 5000;

/** The folder in a function's code that holds labelled sets, one folder each, named by the hash of its files. */
export const SETS_FOLDER = 'sets';

/** Prefix of the sets that a deployment brings into the bucket, one folder each. */
export function deployedSets(endpoint: string): string {
  return `labels/${endpoint}/deployed/`;
}

const EXPECTED = "Expected { folder: '…' } or { prefix: '…' }";

function eachOnce({ value, issues }: z.core.ParsePayload<string[]>): void {
  for (const [index, label] of value.entries()) {
    const first = value.indexOf(label);
    if (first === index) continue;
    const message = `Expected a label that differs from names[${first}]`;
    issues.push({ code: 'custom', path: [index], message, input: value });
  }
}

/** The set as declared. An unknown key is a fault. */
export const labelledSet = z
  .strictObject(
    {
      folder: z.string('Expected the path of a folder').min(1, 'Expected the path of a folder').exactOptional(),
      prefix: z
        .string('Expected a prefix in the bucket')
        .regex(/\/$/, 'Expected a prefix that ends with a slash')
        .exactOptional(),
      truth: z.string('Expected a file name').min(1, 'Expected a file name').default('truth.json'),
      names: z.array(z.string('Expected a label'), 'Expected a list of labels').min(1).check(eachOnce).exactOptional(),
    },
    EXPECTED,
  )
  .refine(({ folder, prefix }) => (folder === undefined) !== (prefix === undefined), {
    path: ['folder'],
    error: 'Expected exactly one of folder and prefix',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** A declared set with its defaults. */
export type CheckedSet = z.output<typeof labelledSet>;

/** The set in the bucket; the stacks replace a folder by its prefix and fill in the labels. */
export function storedSet({ prefix = '', truth, names = [] }: CheckedSet): StoredSet {
  return { prefix, truth, names };
}
