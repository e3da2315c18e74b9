import type { CheckedPart } from '../detection/unchecked.ts';

/** The words for the parts of a package that golden pictures can prove. */
export const PART_WORDS: Readonly<Record<CheckedPart, string>> = {
  boxes: 'boxes',
  classes: 'class names',
  colour: 'order of colours',
};

/** Parts in words: `class names, order of colours`. */
export function partsInWords(parts: readonly CheckedPart[]): string {
  return parts.map((part) => PART_WORDS[part]).join(', ');
}
