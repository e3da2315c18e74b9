/** `npm run ci -- deploy`: deploys the packed assembly, and notes which versions that published. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { connect, type Target } from '../../rollout/connection.ts';
import { ExitCodeError } from '../../terminal/exit-codes.ts';
import { checkOutputFile, writeOutputFile } from '../../terminal/output-file.ts';
import type { Output } from '../../terminal/terminal.ts';
import { FILES, PROJECT } from '../project.ts';
import { unpack } from './archive.ts';
import { endpointsIn, publishedVersion, type Release, releaseFile } from './released.ts';

/** The deployment failed and was undone; its output has the reason. */
export class DeploymentStoppedError extends ExitCodeError {
  override readonly name = 'DeploymentStoppedError';
  override readonly exitCode: number;

  constructor(exitCode: number) {
    super('The deployment stopped; the lines above have the reason. Nothing is deployed after it.');
    this.exitCode = exitCode;
  }
}

export interface DeployOptions extends Target {
  /** Folder of the packed assembly, and of the note. */
  readonly out: string;
}

/** @throws ArchiveError, DeploymentStoppedError, ForeignAssemblyError, NotDeployedError, OutputFileError */
export async function deployAssembly(options: DeployOptions, output: Output): Promise<void> {
  const { folder, sha256 } = await unpack(join(options.out, FILES.assembly));
  await checkOutputFile(releaseFile(options.out), '--out');
  const { platform, endpoints } = endpointsIn(folder);
  output.print(`assembly ${sha256}: ${endpoints.map(({ name }) => name).join(', ')}`);
  const program = join(PROJECT, 'local/deploy.ts');
  const { status } = spawnSync(process.execPath, [program, ...argumentsOf(options, folder)], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new DeploymentStoppedError(status ?? 1);
  const connection = connect(options);
  const published = await Promise.all(
    endpoints.map(async (endpoint) => ({ ...endpoint, version: await publishedVersion(connection, endpoint) })),
  );
  const release: Release = { sha256, platform, endpoints: published };
  await writeOutputFile(releaseFile(options.out), `${JSON.stringify(release, null, 2)}\n`, '--out');
  for (const { name, version } of published) output.print(`${name}: version ${version}`);
}

/** To AWS as `cdk deploy --app <folder>`, which synthesizes nothing; to the emulator by its own option. */
export function argumentsOf({ local, home, port }: Target, folder: string): string[] {
  if (!local) return ['--app', folder, '--require-approval', 'never'];
  return ['--local', '--home', home, ...(port === undefined ? [] : ['--port', port]), '--assembly', folder];
}
