/** The formats by the names of `--as`. */

import { coco } from './coco.ts';
import { cvat } from './cvat.ts';
import type { LabelFormat, TextFile } from './format.ts';
import { labelStudio } from './label-studio.ts';
import { yolo } from './yolo.ts';

/** Their names. */
export const FORMAT_NAMES = ['coco', 'yolo', 'label-studio', 'cvat'] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];

export const FORMATS: Readonly<Record<FormatName, LabelFormat>> = { coco, yolo, 'label-studio': labelStudio, cvat };

/** The format of files from a tool; undefined for another one. */
export function recognisedFormat(files: readonly TextFile[]): FormatName | undefined {
  return FORMAT_NAMES.find((name) => FORMATS[name].recognises(files));
}
