/** What was exported, in words. */

import type { Reasons } from './choose.ts';
import type { Exported } from './pictures-file.ts';

/** A margin from here on is a reason: the object is in the lowest tenth above its threshold. */
const NEAR = 0.9;

const WORDS: Readonly<Record<keyof Reasons, string>> = {
  disagreement: 'on which two versions differ',
  margin: 'with an object near its threshold',
  overruled: 'that a person counted otherwise',
  drift: 'from after the last drift',
};

/** @param recorded number of pictures to choose from; `hint`: where the tool finds what */
export function exportInWords(
  { endpoint, format, pictures, seed }: Exported,
  { recorded, folder, hint }: { readonly recorded: number; readonly folder: string; readonly hint: string },
): string {
  const random = pictures.filter(({ chosen_by }) => chosen_by === 'random').length;
  const valuable = pictures.filter(({ chosen_by }) => chosen_by === 'value');
  const reasons = Object.entries(WORDS).flatMap(([name, words]) => {
    const least = name === 'margin' ? NEAR : Number.MIN_VALUE;
    const number = valuable.filter((picture) => picture.reasons[name as keyof Reasons] >= least).length;
    return number === 0 ? [] : [`    ${number} ${words}`];
  });
  return [
    `${endpoint}: ${pictures.length} of ${recorded} recorded pictures for ${format} in ${folder} (seed ${seed})`,
    `  ${random} drawn at random`,
    `  ${valuable.length} chosen for what their labels teach`,
    ...reasons,
    `  ${hint}`,
    `  then: npm run labels -- import ${endpoint} <file or folder of the tool> --pictures ${folder}`,
  ].join('\n');
}
