import { closeSync, constants, lstatSync, openSync, readSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Of } from '../fetch/download.ts';
import { UnsupportedModelError } from '../identify/facts.ts';
import { type ExternalTensor, joinWeights } from '../onnx/join-weights.ts';
import { readOnnx } from '../onnx/onnx-file.ts';
import { sizeOf } from '../onnx/wire-fields.ts';
import type { Source } from './source.ts';

/** Largest joined file, bytes: protocol buffers hold less than 2 GiB. */
const MOST_BYTES = 2 ** 31 - 1;

/** The exporter's option, as PyTorch from 2.9 on writes two files by default. */
export const REMEDY = 'or export it in one file (torch.onnx.export(…, external_data=False))';

/**
 * Joins a model and the files with its weights, which lie beside it, into one file. Does nothing for one file.
 * @param path of the copied model, which is replaced
 * @param most bytes of the joined file
 * @returns the SHA-256 of the joined file; `undefined` if the model is one file
 * @throws NotOnnxError; UnsupportedModelError for files that are missing, too short, too large, or outside of the
 * model's folder
 */
export async function joinExternalWeights(
  source: Source,
  path: string,
  most: number = MOST_BYTES,
): Promise<string | undefined> {
  const bytes = await readFile(path);
  readOnnx(bytes);
  const files = new WeightFiles(source, most - bytes.length);
  try {
    const pieces = joined(bytes, files);
    if (files.count === 0) return undefined;
    await writePieces(`${path}.joined`, pieces);
  } finally {
    files.close();
  }
  await rename(`${path}.joined`, path);
  return sha256Of(path);
}

/**
 * Names of the files with weights of a model, beside it.
 * @throws NotOnnxError; UnsupportedModelError for a tensor whose file is not stated consistently, or is elsewhere
 */
export function externalFiles(bytes: Uint8Array): string[] {
  readOnnx(bytes);
  const found = new Set<string>();
  const read = ({ location }: ExternalTensor) => {
    checkLocation(location);
    found.add(location);
    return new Uint8Array();
  };
  translated(() => joinWeights(bytes, read));
  return [...found];
}

function joined(bytes: Uint8Array, files: WeightFiles): Uint8Array[] {
  return translated(() => joinWeights(bytes, (tensor) => files.read(tensor)));
}

function translated<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof UnsupportedModelError) throw cause;
    // Because pbf throws plain errors for invalid numbers and wire types.
    throw new UnsupportedModelError(`${(cause as Error).message}; export the model again, ${REMEDY}`, { cause });
  }
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writev(pieces.filter(({ length }) => length > 0));
    const { size } = await file.stat();
    if (size !== sizeOf(pieces)) throw new Error(`Expected ${sizeOf(pieces)} bytes in ${path}, received ${size}`);
  } finally {
    await file.close();
  }
}

/** Open files with the weights of a model. */
class WeightFiles {
  readonly #source: Source;
  readonly #files = new Map<string, { readonly descriptor: number; readonly size: number }>();
  #left: number;

  /** @param most bytes of all values */
  constructor(source: Source, most: number) {
    this.#source = source;
    this.#left = most;
  }

  /** Number of files that were read. */
  get count(): number {
    return this.#files.size;
  }

  read({ location, offset, length }: ExternalTensor): Uint8Array {
    const file = this.#files.get(location) ?? this.#open(location);
    this.#left -= length;
    if (this.#left < 0) {
      throw new UnsupportedModelError('Expected less than 2 GiB with all weights, received more; use a smaller model');
    }
    if (offset + length > file.size) throw incomplete(location, offset + length, file.size);
    const values = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const count = readSync(file.descriptor, values, at, length - at, offset + at);
      if (count === 0) throw incomplete(location, offset + length, offset + at);
      at += count;
    }
    return values;
  }

  close(): void {
    for (const { descriptor } of this.#files.values()) closeSync(descriptor);
  }

  #open(location: string): { readonly descriptor: number; readonly size: number } {
    const path = pathOf(this.#source, location);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) {
      const received = found ? 'no regular file' : 'no such file';
      throw new UnsupportedModelError(
        `Expected weights of the model in ${location} beside it, received ${received}; copy the file there, ${REMEDY}`,
      );
    }
    const opened = { descriptor: openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW), size: found.size };
    this.#files.set(location, opened);
    return opened;
  }
}

/** Because a model could name any file of this machine, only files of its own folder are read, and no links. */
function checkLocation(location: string): void {
  if (/^[^/\\:\0]+$/.test(location) && location !== '.' && location !== '..') return;
  throw new UnsupportedModelError(
    `Expected weights in a file beside the model, received the location ${JSON.stringify(location)}; ` +
      `save the model with both files in one folder, ${REMEDY}`,
  );
}

function pathOf(source: Source, location: string): string {
  checkLocation(location);
  if (source.kind === 'file') return join(dirname(source.path), location);
  throw new UnsupportedModelError(
    `Expected a model in one file, received one with weights in ${location}; download this file too and add the ` +
      `model from its folder, ${REMEDY}`,
  );
}

function incomplete(location: string, expected: number, received: number): UnsupportedModelError {
  return new UnsupportedModelError(
    `Expected at least ${expected} bytes in ${location}, received ${received}: the file is incomplete or of another ` +
      `model; copy it again, ${REMEDY}`,
  );
}
