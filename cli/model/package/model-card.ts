import type { Trial } from '../identify/choose.ts';
import { describeTensor, type ModelFacts } from '../identify/facts.ts';
import { countsInWords } from '../report/added.ts';
import type { Source } from './source.ts';

/** `MODEL_CARD.md` of a package that was added: what is known, and what is not. */
export function modelCard({ manifest, runs, sanity }: Trial, { file, outputs }: ModelFacts, { entry }: Source): string {
  const { input } = manifest;
  const fit = input.fit.kind === 'stretch' ? 'stretched' : `letterbox ${input.fit.position}, pad ${input.fit.pad}`;
  const lines = [
    `# ${manifest.name}`,
    '',
    `- Family: ${manifest.family}. Labels: ${manifest.labels.length}.`,
    `- From: ${manifest.provenance}. Licence: ${manifest.licence}.`,
    `- File: written by ${file.producer || 'an unknown program'}, ${opsetsInWords(file.opsets)}.`,
    `- Input: \`${input.name}\` ${input.type ?? 'float32'}, ${input.width} × ${input.height}, ${input.layout}, ${input.colour}, ${fit}.`,
    ...outputs.map((output) => `- Output: ${describeTensor(output)}.`),
    '',
    '## Accuracy',
    '',
    entry
      ? `Published: COCO AP50-95 ${entry.published.ap} % on ${entry.published.data} (${entry.published.source}).`
      : 'Nobody has stated one.',
    `Measure it on photos of your own: \`npm run model -- eval ${manifest.name} --photos <folder> --truth <file>\`.`,
    '',
    '## Golden pictures',
    '',
    ...(sanity.known > 0 ? [`${sanity.found} of ${sanity.known} known objects found.`, ''] : []),
    ...runs.map(({ picture, detections }) => `- ${picture}: ${countsInWords(detections)}.`),
  ];
  return `${lines.join('\n')}\n`;
}

function opsetsInWords(opsets: Readonly<Record<string, number>>): string {
  const words = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  return `operator sets ${words.join(', ')}`;
}
