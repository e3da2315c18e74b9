import type { Family } from '../../../functions/detection/decoders/families.ts';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { Proposal } from '../identify/facts.ts';
import type { Source } from './source.ts';

/** Options of `model add`. */
export interface AddOptions {
  /** The folder of model packages. */
  readonly models: string;
  readonly name?: string;
  readonly as?: string;
  readonly sha256?: string;
  readonly family?: Family;
  /** Name of a set, a file, or a list. */
  readonly labels?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly input: Partial<Proposal['input']>;
  readonly boxes?: NonNullable<Proposal['boxes']>;
  readonly rows?: NonNullable<Proposal['rows']>;
  readonly confidence?: number;
  readonly iou?: number;
  readonly nms?: Manifest['nms'];
  readonly licence?: string;
  readonly packageVersion: string;
  /** Folder of golden pictures. Default: those of the project. */
  readonly golden?: string;
  /** Annotations of the golden pictures. */
  readonly goldenTruth?: string;
  /** Replaces a package of the same name. */
  readonly replace?: boolean;
}

/** The model that is being added. */
export interface Making {
  readonly source: Source;
  /** Name of the package. */
  readonly name: string;
  readonly sha256: string;
}
