import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCommand } from '../../../cli/model/commands/add.ts';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { readJson, temporaryFolder } from './command.ts';

/** Adds a model in this process. @returns the printed lines, the manifest and its folder @throws as `addCommand` */
export async function addHere(
  content: Uint8Array,
  options: Partial<AddOptions> = { labels: 'car,apple,potted plant' },
) {
  const path = join(temporaryFolder(), 'detector.onnx');
  writeFileSync(path, content);
  const models = temporaryFolder();
  const lines: string[] = [];
  const push = (line: string) => lines.push(line);
  await addCommand(path, { models, input: {}, packageVersion: '1.0.0', ...options }, { print: push, note: push });
  return { output: lines.join('\n'), manifest: readJson(join(models, 'detector/model.json')), models };
}
