import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { progressBar } from '../../terminal/progress.ts';
import type { HubFile } from '../fetch/hub-client.ts';
import type { HubModel } from '../fetch/hub-model.ts';
import { UnsupportedModelError } from '../identify/facts.ts';
import { externalFiles, joinExternalWeights, REMEDY } from './external-weights.ts';

/** Largest model with its weights, bytes: protocol buffers hold less than 2 GiB. */
const MOST_BYTES = 2 ** 31 - 1;

/** Most files with weights: exporters write one. */
const MOST_FILES = 32;

/**
 * Joins a downloaded model of the Hub and the files with its weights, which it downloads from the model's folder at the
 * same commit. Does nothing for one file.
 * @param path of the model, which is replaced
 * @returns the SHA-256 of the joined file; `undefined` if the model is one file
 * @throws DownloadError; UnsupportedModelError for files that are missing or too large
 */
export async function joinHubWeights(model: HubModel, path: string): Promise<string | undefined> {
  const names = externalFiles(await readFile(path));
  if (names.length === 0) return undefined;
  const files = names.map((name) => ({ name, file: weights(model, name) }));
  checkSize(
    model,
    files.map(({ file }) => file),
  );
  const folder = `${path}.weights`;
  await mkdir(folder);
  try {
    for (const { name, file } of files) {
      const { report, end } = progressBar(name, (bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
      await model.client.download(file, join(folder, name), report).finally(end);
    }
    return await joinExternalWeights({ kind: 'file', path: join(folder, 'model.onnx') }, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function weights({ beside, address }: HubModel, name: string): HubFile {
  const file = beside.get(name);
  if (file) return file;
  throw new UnsupportedModelError(
    `Expected weights of the model in ${name} beside ${address}, received no such file; use another file, ${REMEDY}`,
  );
}

function checkSize({ address, file }: HubModel, files: readonly HubFile[]): void {
  const bytes = files.reduce((sum, each) => sum + each.bytes, file.bytes);
  if (bytes <= MOST_BYTES && files.length <= MOST_FILES) return;
  throw new UnsupportedModelError(
    `Expected less than 2 GiB with all weights in at most ${MOST_FILES} files, received ${bytes} bytes in ` +
      `${files.length + 1} files for ${address}; use a smaller model`,
  );
}
