import { readManifest } from '../../../functions/detection/manifest.ts';
import { readPackageFile } from '../../../functions/detection/weights.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageFolder } from '../files/package-folder.ts';
import { opsetsInWords, readOnnx } from '../onnx/onnx-file.ts';
import { checkedInWords } from '../report/checked-words.ts';
import { inputInWords } from '../report/package-words.ts';
import { plainTable } from '../report/table.ts';

export interface ShowOptions {
  readonly models: string;
  readonly json?: boolean;
}

/**
 * `model show`: the manifest of a package and the description of its file.
 * @throws UnknownModelError, ModelPackageError, NotOnnxError
 */
export async function showCommand(name: string, { models, json }: ShowOptions, output: Output): Promise<void> {
  const folder = await packageFolder(models, name);
  const manifest = await readManifest(folder);
  const bytes = await readPackageFile(folder, 'model.onnx');
  const { operators, ...file } = readOnnx(bytes);
  if (json)
    return output.print(JSON.stringify({ manifest, file: { ...file, bytes: bytes.length, operators } }, null, 2));
  const { input, thresholds } = manifest;
  const bounds = (range: { min: number; max: number }) => `${range.min} to ${range.max}`;
  const perLabel = Object.entries(thresholds.perLabel).map(([label, value]) => `${label} ${value}`);
  const rows = [
    ['version', manifest.version],
    ['family', manifest.family],
    ['input', `"${input.name}" ${inputInWords(input)}`],
    ['pixels', `× ${input.scale}, − ${input.mean.join(' ')}, ÷ ${input.std.join(' ')}`],
    ['outputs', manifest.outputs.join(', ')],
    [`${manifest.labels.length} labels`, wrapped(manifest.labels)],
    ['confidence', [String(thresholds.confidence), ...perLabel].join(', ')],
    ['bounds for requests', `confidence ${bounds(thresholds.bounds.confidence)}, IoU ${bounds(thresholds.bounds.iou)}`],
    ['NMS', `IoU over ${thresholds.iou}, ${manifest.nms}`],
    ['checked', checkedInWords(manifest.checked)],
    [
      'file',
      `${bytes.length.toLocaleString('en')} bytes, ${file.producer || 'unknown program'}, ` +
        `operator sets ${opsetsInWords(file)}`,
    ],
    ['SHA-256', manifest.sha256],
    ['licence', manifest.licence],
    ['source', manifest.provenance],
  ];
  output.print(plainTable([manifest.name, ''], rows, ['left', 'left']));
}

/** Words in lines of about 80 characters. */
function wrapped(words: readonly string[]): string {
  const lines: string[] = [''];
  for (const word of words) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + word.length < 80) lines[lines.length - 1] = `${line}, ${word}`;
    else lines.push(word);
  }
  return lines.join(',\n');
}
