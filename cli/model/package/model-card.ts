import { countsInWords } from '../identify/counts-in-words.ts';
import { describeTensor, type ModelFacts } from '../identify/facts.ts';
import type { Trial } from '../identify/trial.ts';
import { opsetsInWords } from '../onnx/onnx-file.ts';
import { checkedInWords } from '../report/checked-words.ts';
import { inputInWords } from '../report/package-words.ts';
import type { Source } from './source.ts';

/** The text of `MODEL_CARD.md` for an added package. */
export function modelCard({ manifest, runs, sanity }: Trial, { file, outputs }: ModelFacts, { entry }: Source): string {
  const { input } = manifest;
  const lines = [
    `# ${manifest.name}`,
    '',
    `- Family: ${manifest.family}. Labels: ${manifest.labels.length}.`,
    `- From: ${manifest.provenance}. Licence: ${manifest.licence}.`,
    `- File: written by ${file.producer || 'an unknown program'}, operator sets ${opsetsInWords(file)}.`,
    `- Input: \`${input.name}\` ${inputInWords(input)}.`,
    ...outputs.map((output) => `- Output: ${describeTensor(output)}.`),
    '',
    '## Accuracy',
    '',
    entry
      ? `Published: COCO AP50-95 ${entry.published.ap} % on ${entry.published.data} (${entry.published.source}).`
      : 'No published number.',
    `Measure it on your own photos: \`npm run model -- eval ${manifest.name} --photos <folder> --truth <file>\`.`,
    '',
    '## Golden pictures',
    '',
    ...(sanity.annotated > 0 ? [`${sanity.found} of ${sanity.annotated} annotated objects found.`, ''] : []),
    `Checked by them: ${checkedInWords(manifest.checked)}.`,
    '',
    ...runs.map(({ picture, detections }) => `- ${picture}: ${countsInWords(detections)}.`),
  ];
  return `${lines.join('\n')}\n`;
}
