/** What the formats of labelling tools have in common. */

import type { Box } from '../../../functions/detection/box.ts';
import { EXIT, ExitCodeError } from '../../terminal/exit-codes.ts';
import type { Answer, PreLabel } from '../pre-labels.ts';

/** A picture that a tool gets. */
export interface PictureToLabel {
  /** Id of the prediction. */
  readonly id: string;
  /** Name below `images/`; it has the id. */
  readonly file: string;
  /** Pixels of the upright picture. */
  readonly width: number;
  readonly height: number;
  readonly answers: readonly Answer[];
  readonly preLabels: readonly PreLabel[];
}

/** What is exported. */
export interface LabelSet {
  readonly endpoint: string;
  /** Name of the folder, without those above it. */
  readonly folder: string;
  /** Labels to annotate, in the order of their numbers. */
  readonly labels: readonly string[];
  readonly pictures: readonly PictureToLabel[];
}

/** A box that comes back from a tool. */
export interface CorrectedBox {
  readonly label: string;
  /** Pixels of the upright picture. */
  readonly box: Box;
  /** A region of many objects (COCO's `iscrowd`). Default: one object. */
  readonly crowd?: true;
  /** Of the pre-label that it comes from, where the format has a place for them. */
  readonly score?: number;
  readonly version?: string;
}

/** A picture that comes back from a tool: its boxes are all objects in it. */
export interface CorrectedPicture {
  /** Id of the prediction. */
  readonly id: string;
  readonly boxes: readonly CorrectedBox[];
}

/** A text file. */
export interface TextFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** One format. */
export interface LabelFormat {
  /** How a tool finds it, for people: `Label Studio: Import`. */
  readonly hint: (folder: string) => string;
  /** Files to write beside the folder `images`. */
  readonly write: (set: LabelSet) => readonly TextFile[];
  /** Whether the files are of this format. */
  readonly recognises: (files: readonly TextFile[]) => boolean;
  /** The pictures with a person's boxes. @throws LabelFileError with every fault */
  readonly read: (files: readonly TextFile[], set: LabelSet) => CorrectedPicture[];
}

/** Invalid labels; the message has every fault with its place. */
export class LabelFileError extends ExitCodeError {
  readonly exitCode = EXIT.failed;
  override readonly name = 'LabelFileError';

  constructor(path: string, faults: readonly string[]) {
    super(`${path}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}
