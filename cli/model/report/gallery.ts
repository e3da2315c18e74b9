import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Box } from '../../../functions/detection/box.ts';
import { html, type Markup } from '../../../functions/report/html.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { type PhotoOutcome, worstPhotos } from '../evaluation/worst.ts';

/** Most photos on the page, and their longer side in pixels: about 50 kB each. */
const PICTURES = 12;
const SIDE = 640;

/** The photos with the most errors, with their objects and detections. @param folder of the photos */
export async function gallery(model: ModelEvaluation, folder: string): Promise<Markup[]> {
  const worst = worstPhotos(model.photos, model.labels, PICTURES);
  return Promise.all(worst.map((outcome) => figure(model, folder, outcome)));
}

async function figure(model: ModelEvaluation, folder: string, outcome: PhotoOutcome): Promise<Markup> {
  const file = model.photos[outcome.photo]?.truth.file as string;
  const { data, scale, width, height } = await thumbnail(join(folder, file));
  const boxes = [
    ...outcome.right.map(({ label, confidence, box }) =>
      drawn('right', box, `${label} ${confidence.toFixed(2)}: right`, scale),
    ),
    ...outcome.missed.map(({ label, box }) => drawn('missed', box, `${label}: missed`, scale)),
    ...outcome.wrong.map(({ label, confidence, box }) =>
      drawn('wrong', box, `${label} ${confidence.toFixed(2)}: wrong`, scale),
    ),
  ];
  return html`<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${file} with its errors">
<image href="data:image/jpeg;base64,${data.toString('base64')}" width="${width}" height="${height}"/>${boxes}</svg>
<figcaption><strong>${file}</strong> ${inWords(outcome)}</figcaption></figure>`;
}

async function thumbnail(path: string) {
  const bytes = await readFile(path);
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 75 })
    .toBuffer({ resolveWithObject: true });
  const { autoOrient } = await sharp(bytes).metadata();
  return { data, scale: info.width / autoOrient.width, width: info.width, height: info.height };
}

/** Two strokes, the lower one dark, so that it is visible on any photo. */
function drawn(kind: 'right' | 'wrong' | 'missed', { x, y, width, height }: Box, title: string, scale: number): Markup {
  const scaled = (value: number) => (value * scale).toFixed(1);
  const size = html`x="${scaled(x)}" y="${scaled(y)}" width="${scaled(width)}" height="${scaled(height)}"`;
  const rect = (name: string) => html`<rect class="${name}" ${size}/>`;
  return html`<g class="box ${kind}"><title>${title}</title>${rect('casing')}${rect('stroke')}</g>`;
}

function inWords({ right, wrong, missed, counts }: PhotoOutcome): string {
  const boxes = right.length + wrong.length + missed.length > 0;
  const found = boxes ? [`${right.length} right, ${missed.length} missed, ${wrong.length} wrong`] : [];
  const off = counts.slice(0, 6).map(({ label, truth, counted }) => `${label} ${counted} instead of ${truth}`);
  const more = counts.length > 6 ? [`${counts.length - 6} more labels`] : [];
  return [...found, ...(off.length > 0 ? [`counts: ${[...off, ...more].join(', ')}`] : [])].join('; ');
}
