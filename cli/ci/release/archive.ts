/** The cloud assembly as one file, so that every account gets the same bytes. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** There is no assembly to deploy. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

/** An unpacked assembly. */
export interface Unpacked {
  readonly folder: string;
  /** Of the archive. */
  readonly sha256: string;
}

/** Packs the files of a folder, because an artifact of GitHub keeps no permissions of files; it is compressed there. */
export function pack(folder: string, archive: string): void {
  mkdirSync(dirname(archive), { recursive: true });
  tar(['-cf', archive, '-C', folder, '.']);
}

/** Unpacks an archive beside it, into a folder named by its bytes. @throws ArchiveError */
export async function unpack(archive: string): Promise<Unpacked> {
  if (!existsSync(archive))
    throw new ArchiveError(`Expected the cloud assembly ${archive}, received no file. To make it: npm run ci -- synth`);
  const sha256 = await sha256Of(archive);
  const folder = join(dirname(archive), `assembly-${sha256.slice(0, 12)}`);
  if (existsSync(folder)) return { folder, sha256 };
  // Complete or absent, also where the process ends meanwhile.
  const staging = mkdtempSync(`${folder}.`);
  try {
    tar(['-xf', archive, '-C', staging]);
    renameSync(staging, folder);
  } catch (cause) {
    throw new ArchiveError(`Expected a cloud assembly in ${archive}, received ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return { folder, sha256 };
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function tar(args: readonly string[]): void {
  execFileSync('tar', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
