import type { Manifest } from '../../../functions/detection/manifest.ts';
import { CHECKED_PARTS, uncheckedParts } from '../../../functions/detection/unchecked.ts';
import { partsInWords } from '../../../functions/judge/unchecked-words.ts';

/** What golden pictures proved about a package, in one line; a package without a record has nothing proven. */
export function checkedInWords(checked: Manifest['checked']): string {
  if (!checked) return 'not recorded (the package was not made by model add)';
  const proven = partsInWords(CHECKED_PARTS.filter((part) => checked[part])) || 'nothing';
  const open = partsInWords(uncheckedParts({ checked }));
  return open === '' ? proven : `${proven}. NOT checked: ${open}`;
}
