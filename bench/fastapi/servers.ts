/** The servers that the laptop is compared with, each with as many processes as the machine has cores. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readManifest } from '../../functions/detection/model.ts';

/** Python is missing, too old, or could not install the packages. */
export class PythonMissingError extends Error {
  override readonly name = 'PythonMissingError';
}

const FOLDER = import.meta.dirname;
const PACKAGE = join(FOLDER, '..', '..', 'models', 'counter-nano');
const START_TRIES = 300;

/** A server that runs. */
export interface Server extends AsyncDisposable {
  readonly url: string;
}

const run = promisify(execFile);

/**
 * Makes a virtual environment with the pinned packages. Returns its Python.
 * @throws PythonMissingError
 */
export async function installed(work: string, python3 = 'python3'): Promise<string> {
  const environment = join(work, 'venv');
  const python = join(environment, 'bin', 'python');
  try {
    await run(python3, ['-m', 'venv', environment]);
    const options = ['--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
    await run(python, ['-m', 'pip', 'install', ...options, '-r', join(FOLDER, 'requirements.txt')]);
  } catch (cause) {
    throw new PythonMissingError('Expected python3 of version 3.11 or later with pip and its registry', { cause });
  }
  return python;
}

/**
 * `server.py`.
 * @param python that has the packages
 * @param work folder for its pictures
 */
export async function startFastApi(python: string, work: string): Promise<Server> {
  const pictures = join(work, 'pictures');
  await mkdir(pictures);
  const { input } = await readManifest(PACKAGE);
  const settings = {
    MODEL: join(PACKAGE, 'model.onnx'),
    PICTURES: pictures,
    SIZE: String(input.width),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return started([python, join(FOLDER, 'server.py')], settings, { probe: '/openapi.json', path: '/predict' });
}

/** `bare-server.ts`. */
export function startBare(): Promise<Server> {
  return started([process.execPath, join(FOLDER, 'bare-server.ts')], { PACKAGE }, { probe: '/', path: '/' });
}

async function started(
  [command, file]: readonly [string, string],
  settings: Readonly<Record<string, string>>,
  { probe, path }: { readonly probe: string; readonly path: string },
): Promise<Server> {
  const port = await freePort();
  const child = spawn(command, [file], {
    env: { PATH: process.env.PATH, PORT: String(port), WORKERS: String(availableParallelism()), ...settings },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const address = `http://127.0.0.1:${port}`;
  await ready(child, address + probe);
  return {
    url: address + path,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < START_TRIES && child.exitCode === null; attempt++) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await setTimeout(100);
  }
  throw new Error(`Expected a server at ${url}, received none`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || !address) throw new Error('Expected a free port, received none');
  return address.port;
}
