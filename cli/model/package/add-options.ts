import type { Family } from '../../../functions/detection/decoders/families.ts';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { Proposal } from '../identify/facts.ts';
import type { Source } from './source.ts';

/** What a caller of `model add` can say. */
export interface AddOptions {
  /** The folder of model packages. */
  readonly models: string;
  readonly name?: string;
  readonly as?: string;
  readonly sha256?: string;
  readonly family?: Family;
  /** A set's name, a file, or a list. */
  readonly labels?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly input: Partial<Proposal['input']>;
  readonly boxes?: NonNullable<Proposal['boxes']>;
  readonly confidence?: number;
  readonly iou?: number;
  readonly nms?: Manifest['nms'];
  readonly licence?: string;
  readonly packageVersion: string;
  /** A folder of golden pictures of one's own. */
  readonly golden?: string;
  /** What is in them. */
  readonly goldenTruth?: string;
  /** Puts the package into the place of one of the same name. */
  readonly replace?: boolean;
}

/** What is being added. */
export interface Making {
  readonly source: Source;
  /** The package's name. */
  readonly name: string;
  readonly sha256: string;
}
