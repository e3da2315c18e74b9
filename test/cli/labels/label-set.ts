import { Random } from '../../../bench/simulation/random.ts';
import type { Exported, ExportedPicture } from '../../../cli/labels/pictures-file.ts';

/** With characters that XML, YAML and JSON write in their own ways. */
const LABELS = ['bus', 'car', 'a "b" & <c>: #1', '人'];

/** An export of so many pictures with the answers of versions 7 and 8: by chance, but the same each time. */
export function exportedOf(pictures: number, seed = 1): Exported {
  const random = new Random(seed);
  return {
    endpoint: 'count-cars',
    format: 'coco',
    exported_at: '2026-11-27T12:00:00.000Z',
    seed: 1,
    labels: LABELS,
    pictures: Array.from({ length: pictures }, (_, index) => pictureOf(index, random)),
  };
}

/** The id of a picture: a UUID, or of every third one the 32 hex digits of an upload. */
export function idOf(index: number): string {
  const digits = index.toString(16).padStart(8, '0');
  return index % 3 === 2 ? `${digits}abcdefabcdefabcdef${'0'.repeat(6)}` : `${digits}-0000-7000-8000-00000000ab12`;
}

function pictureOf(index: number, random: Random): ExportedPicture {
  const [width, height] = [300 + random.below(4000), 300 + random.below(3000)];
  const hundredth = (value: number) => Math.round(value * 100) / 100;
  const objects = Array.from({ length: random.below(9) }, () => {
    const [w, h] = [2 + random.below(Math.floor(width / 3)), 2 + random.below(Math.floor(height / 3))];
    const [x, y] = [hundredth((width - w) * random.uniform()), hundredth((height - h) * random.uniform())];
    return { label: LABELS[random.below(LABELS.length)] ?? '', box: { x, y, width: w, height: h } };
  });
  const found = (share: number) =>
    objects
      .filter(() => random.chance(0.8))
      .map(({ label, box }) => ({
        label,
        confidence: Math.round(1e4 * (0.4 + 0.6 * random.uniform())) / 1e4,
        box: { ...box, width: hundredth(box.width * share) },
      }));
  return {
    id: idOf(index),
    file: `${idOf(index)}.jpg`,
    width,
    height,
    created_at: '2026-11-26T12:00:00.000Z',
    chosen_by: index % 5 === 0 ? 'random' : 'value',
    value: 1,
    reasons: { disagreement: 0.5, margin: 0.5, overruled: 0, drift: 0 },
    answers: [
      { version: '7', detections: found(1) },
      { version: '8', detections: found(0.9) },
    ],
  };
}
