import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENV, MODELS_FOLDER } from '../../functions/contract.ts';
import { buildLayer } from '../../layers/runtime/build.ts';
import { writeDetect } from '../../lib/compile.ts';
import { Clock } from '../../local/clock.ts';
import { stamped } from '../../local/lambda/function-types.ts';
import { Sandbox } from '../../local/lambda/sandbox.ts';
import { Workspace } from '../../local/lambda/workspace.ts';
import { functionProcesses } from '../hostile/processes.ts';
import { type BenchBucket, startBucket } from './bucket.ts';

/** A detect function with a Runtime API and an S3 of its own, without the rest of a laptop. */
export interface BenchFunction extends AsyncDisposable {
  readonly pid: number;
  readonly bucket: BenchBucket;
  /** Milliseconds of the init phase. */
  readonly initMs: number;
  /** @returns the response as JSON text. @throws Error where the function fails */
  invoke(event: object): Promise<string>;
}

/** What is started. */
export interface FunctionOptions {
  /** Folder of a bundle, as `writeBundle` writes it. */
  readonly code: string;
  readonly memoryMb?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Receives the lines of its log. Default: drops them. */
  readonly onLine?: (line: string) => void;
}

const PROJECT = join(import.meta.dirname, '..', '..');
const MODEL = 'counter-nano';

/** Writes the detect function with its model, as deployed. @param folder that does not exist yet */
export function writeBundle(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeDetect(folder);
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  cpSync(join(PROJECT, 'models', MODEL), join(folder, MODELS_FOLDER, MODEL), { recursive: true });
}

/** Starts the function and waits for its init phase. */
export async function startFunction(options: FunctionOptions): Promise<BenchFunction> {
  const home = mkdtempSync(join(tmpdir(), 'bench-function-'));
  const bucket = await startBucket();
  const workspace = await Workspace.create(home);
  const version = versionOf(options);
  const before = performance.now();
  const host = {
    workspace,
    addresses: { url: '', endpoint: bucket.endpoint },
    clock: new Clock(),
    signed: false,
    onLine: (_: unknown, line: string) => options.onLine?.(line),
  };
  const sandbox = new Sandbox(version, host);
  if (!(await sandbox.initialized(60_000))) throw new Error('Expected a function that starts, received none');
  const initMs = performance.now() - before;
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${version.name}:live`;
  return {
    pid: [...functionProcesses(process.pid).keys()].at(-1) as number,
    bucket,
    initMs,
    invoke: async (event) => {
      const invocation = { requestId: randomUUID(), payload: JSON.stringify(event), arn };
      const { payload, failed } = await sandbox.invoke(invocation, 60_000);
      if (failed) throw new Error(`Expected an answer, received ${payload}`);
      return payload;
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.kill();
      await workspace.clear();
      await bucket[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function versionOf({ code, memoryMb = 1769, environment = {} }: FunctionOptions) {
  const settings = {
    name: 'count-cars',
    kind: 'count',
    answeredBy: 'model',
    models: [MODEL],
    labels: ['car'],
    maxSide: 1600,
    maxPixels: 50_000_000,
    maxUploadBytes: 25_000_000,
    capture: 1,
    urlSeconds: 3600,
  };
  return stamped(
    {
      name: 'bench-count-cars',
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      code,
      codeSha256: '',
      layers: [buildLayer({ os: process.platform as 'linux', arch: process.arch as 'x64' })],
      environment: {
        [ENV.bucket]: 'bench-bucket',
        [ENV.endpoint]: JSON.stringify(settings),
        [ENV.metricNamespace]: 'MlDeployment/bench',
        POWERTOOLS_SERVICE_NAME: 'count-cars',
        MALLOC_ARENA_MAX: '1',
        ...environment,
      },
      memoryMb,
      timeoutSeconds: 30,
      architecture: process.arch,
      role: '',
      description: '',
      logFormat: 'JSON',
    },
    '1',
  );
}
