/** Files and folders that a user names for what a command writes. */

import { constants } from 'node:fs';
import { access, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EXIT, ExitCodeError } from './exit-codes.ts';

/** What a user has named cannot be written; the message has the option. */
export class OutputFileError extends ExitCodeError {
  override readonly name = 'OutputFileError';
  readonly exitCode = EXIT.failed;
}

/**
 * Checks that a file can be written, before the work that it is for.
 * @param option that names the file, or its folder: `--out`
 * @throws OutputFileError
 */
export async function checkOutputFile(file: string, option: string): Promise<void> {
  await orRefusal(file, option, async () => {
    const folder = dirname(file);
    if (!(await stat(folder)).isDirectory()) throw systemError('ENOTDIR');
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw systemError('EISDIR');
    await access(found ? file : folder, constants.W_OK);
  });
}

/** Writes a file that a user has named. @param option that names the file, or its folder. @throws OutputFileError */
export async function writeOutputFile(file: string, content: string | Uint8Array, option: string): Promise<void> {
  await orRefusal(file, option, () => writeFile(file, content));
}

/** Makes a folder that a user has named, with those above it. @throws OutputFileError */
export async function makeOutputFolder(folder: string, option: string): Promise<void> {
  await orRefusal(folder, option, () => mkdir(folder, { recursive: true }));
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

const REFUSALS: Readonly<Record<string, (path: string, option: string) => string>> = {
  ENOENT: (path, option) => `Expected a folder that exists for ${path} (${option}), received none`,
  ENOTDIR: (path, option) => `Expected only folders above ${path} (${option}), received a file among them`,
  EEXIST: (path, option) => `Expected a folder for ${option}, received the file ${path}`,
  EISDIR: (path, option) => `Expected a file for ${option}, received the folder ${path}`,
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: notAllowed,
};

function notAllowed(path: string, option: string): string {
  return `Expected a place that may be written for ${option}, received ${path} without permission`;
}

/** Does the work of writing a path that a user has named. @throws OutputFileError */
export async function orRefusal(path: string, option: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const refusal = REFUSALS[(cause as NodeJS.ErrnoException).code ?? ''];
    if (!refusal) throw cause;
    throw new OutputFileError(refusal(path, option), { cause });
  }
}
