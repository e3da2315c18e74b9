/** The project as it was: files of a commit in a temporary folder, with the packages of the present one. */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import type { Deployment } from '../../../lib/config.ts';
import { PROJECT } from '../project.ts';
import { contextOf, type SynthesisOptions } from '../synthesize.ts';
import { type Templates, templatesIn } from './bill.ts';
import { extractCommit } from './git.ts';
import { linesOf, runNode } from './run.ts';

/** The stacks of the version before do not synthesize, or its settings cannot be read. */
export class BaseError extends Error {
  override readonly name = 'BaseError';
}

/** Lends the folder of the project at a commit. @param files that differ from it */
export async function withBase<T>(
  commit: string,
  files: readonly string[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'base-'));
  try {
    extractCommit(PROJECT, commit, folder);
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    // Otherwise the project before would build its own layer into that of the present one.
    if (!files.some((file) => file.startsWith('layers/'))) await linkLayer(folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function linkLayer(folder: string): Promise<void> {
  const [from, to] = [PROJECT, folder].map((each) => join(each, 'layers/runtime/build')) as [string, string];
  await mkdir(from, { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

/** The settings in `lib/endpoints.ts` of a project. @throws BaseError */
export async function settingsIn(project: string): Promise<Deployment> {
  try {
    const { deployment } = (await import(pathToFileURL(join(project, 'lib/endpoints.ts')).href)) as {
      deployment: Deployment;
    };
    return deployment;
  } catch (cause) {
    throw new BaseError(`lib/endpoints.ts cannot be loaded: ${(cause as Error).message}`, { cause });
  }
}

/** The templates of a project, by its own code, without bundles. @throws BaseError */
export async function templatesOf(project: string, options: SynthesisOptions): Promise<Templates> {
  const output = mkdtempSync(join(tmpdir(), 'base-assembly-'));
  try {
    const { context } = (await import(pathToFileURL(join(project, 'cdk.json')).href, { with: { type: 'json' } }))
      .default as { context: object };
    const given = Object.fromEntries(contextOf(options).map((each) => each.split(/=(.*)/s)));
    const { code, err } = await runNode(['lib/app.ts'], {
      folder: project,
      environment: {
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...given, [BUNDLING_STACKS]: [] }),
        CDK_VALIDATION: 'false',
      },
    });
    if (code === 0) return templatesIn(output);
    throw new BaseError(linesOf(err).slice(0, 3).join(' '));
  } finally {
    rmSync(output, { recursive: true });
  }
}
