import { decimal, milliseconds, percent, signed } from '../../../functions/report/format.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { plainTable } from './table.ts';

const HEAD = ['input', 'AP50-95 %', 'small', 'medium', 'large', 'count error', 'bias', 'infer, ms', 'total, ms'];

/** One model at its present and at another size: precision by the size of objects, counts, and time. */
export function sizesTable(present: ModelEvaluation, other: ModelEvaluation): string {
  const { width, height } = other.manifest.input;
  const ratio = (width * height) / (present.manifest.input.width * present.manifest.input.height);
  return [
    plainTable(HEAD, [row(present), row(other)]),
    `Small objects are under 32² pixels of the photo, large ones over 96². ${width} × ${height} has ` +
      `${ratio.toFixed(1)} times the pixels. To use it: model add <file> --size ${width}x${height}.`,
  ].join('\n');
}

function row({ manifest: { input }, evaluation: { mean, count }, speed }: ModelEvaluation): string[] {
  return [
    `${input.width} × ${input.height}`,
    ...[mean.ap, mean.apSmall, mean.apMedium, mean.apLarge].map(percent),
    decimal(count?.meanAbsolute),
    signed(count?.bias),
    milliseconds(speed.steps.infer),
    milliseconds(speed.whole),
  ];
}
