import type { Manifest } from '../../../functions/detection/manifest.ts';

const PARTS = { boxes: 'boxes', classes: 'class names', colour: 'order of colours' } as const;

/** What golden pictures proved about a package, in one line; a package without a record has nothing proven. */
export function checkedInWords(checked: Manifest['checked']): string {
  if (!checked) return 'not recorded (the package was not made by model add)';
  const parts = Object.keys(PARTS) as (keyof typeof PARTS)[];
  const list = (proven: boolean) => parts.filter((part) => checked[part] === proven).map((part) => PARTS[part]);
  const [proven, open] = [list(true).join(', ') || 'nothing', list(false).join(', ')];
  return open === '' ? proven : `${proven}. NOT checked: ${open}`;
}
