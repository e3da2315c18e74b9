/** The init phase: what belongs to it, its limit, and a load that fails. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDetect } from '../../../lib/compile.ts';
import { Clock } from '../../../local/clock.ts';
import type { FunctionConfig } from '../../../local/lambda/function-types.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import { Runtime } from '../../../local/lambda/pool.ts';
import { Sandbox } from '../../../local/lambda/sandbox.ts';
import { Workspace } from '../../../local/lambda/workspace.ts';

const PROJECT = join(__dirname, '../../..');

let folder: string;
let workspace: Workspace;
const functions = new Functions('arn:aws:lambda:us-east-1:000000000000');
const ended: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
  workspace = await Workspace.create(folder);
});
afterAll(async () => {
  await Promise.all(ended.map((end) => end()));
  await workspace.clear();
  rmSync(folder, { recursive: true });
});

const host = () => ({
  workspace,
  addresses: { endpoint: 'http://127.0.0.1:9', url: '' },
  clock: new Clock(),
  signed: false,
  onLine: () => undefined,
});

function define(config: Pick<FunctionConfig, 'name' | 'code'> & Partial<FunctionConfig>): string {
  const defaults = { handler: 'index.handler', runtime: 'nodejs24.x', codeSha256: '', layers: [], environment: {} };
  const rest = { memoryMb: 1769, timeoutSeconds: 10, architecture: 'x86_64', role: '', description: '' };
  functions.define({ ...defaults, ...rest, logFormat: 'JSON', ...config });
  return config.name;
}

describe('the detect function', () => {
  let layers: string[];

  beforeAll(() => {
    const observed = join(folder, 'observed/nodejs/node_modules/onnxruntime-node');
    mkdirSync(observed, { recursive: true });
    writeFileSync(join(observed, 'index.js'), OBSERVED_RUNTIME);
    const all = join(folder, 'all/nodejs');
    mkdirSync(all, { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(all, 'node_modules'));
    layers = [join(folder, 'all'), join(folder, 'observed')];
  });

  /** A process of the detect function, whose package lacks its weights unless it is `sound`. */
  function start(name: string, sound: boolean): { sandbox: Sandbox; isOpen: () => boolean } {
    const code = join(folder, name);
    const log = join(folder, `${name}.opened`);
    cpSync(join(PROJECT, 'models/counter-nano'), join(code, 'models/counter-nano'), { recursive: true });
    if (!sound) rmSync(join(code, 'models/counter-nano/model.onnx'));
    writeDetect(code);
    const settings = {
      ...{ name: 'count-cars', kind: 'count', answeredBy: 'model', models: ['counter-nano'], labels: ['car'] },
      ...{ maxSide: 1600, maxPixels: 50_000_000, maxUploadBytes: 26_214_400, capture: 1, urlSeconds: 3600 },
    };
    const environment = {
      ...{ OPENED: log, BUCKET_NAME: 'bucket', POWERTOOLS_METRICS_NAMESPACE: 'test' },
      ENDPOINT_SETTINGS: JSON.stringify(settings),
    };
    const { version } = functions.route(define({ name, code, layers, environment }));
    const sandbox = new Sandbox(version, host());
    ended.push(() => sandbox.kill());
    return { sandbox, isOpen: () => existsSync(log) };
  }

  const invoke = (sandbox: Sandbox, requestId: string) =>
    sandbox.invoke({ requestId, payload: '{"kind":"golden"}', arn: 'arn:aws:lambda:x:0:function:f:live' }, 10_000);

  test('requests its first event only when the session of the model is open', async () => {
    const { sandbox, isOpen } = start('sound', true);
    expect(await sandbox.initialized(10_000)).toBe(true);
    expect(isOpen()).toBe(true);
    expect(await invoke(sandbox, 'first')).toMatchObject({ failed: false });
  });

  test('answers every invocation with the error of a load that failed', async () => {
    const { sandbox } = start('broken', false);
    expect(await sandbox.initialized(10_000)).toBe(true);
    for (const id of ['first', 'second']) {
      const { failed, payload } = await invoke(sandbox, id);
      expect({ failed, ...JSON.parse(payload) }).toMatchObject({
        failed: true,
        errorType: 'ModelPackageError',
        errorMessage: expect.stringContaining('model.onnx'),
      });
    }
  });
});

/** Notes each session that it has opened, each a while after it was requested. */
const OBSERVED_RUNTIME = `
const real = require(${JSON.stringify(join(PROJECT, 'node_modules/onnxruntime-node'))});
const { create } = real.InferenceSession;
real.InferenceSession.create = async (...args) => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const session = await create.apply(real.InferenceSession, args);
  require('node:fs').writeFileSync(process.env.OPENED, '');
  return session;
};
module.exports = real;
`;

describe('a load that exceeds the limit of the init phase', () => {
  const INIT_MS = 500;

  /** A function whose load ends when the file `opened` exists. */
  function runtimeOf(
    name: string,
    timeoutSeconds: number,
  ): { invoke: () => ReturnType<Runtime['invoke']>; open(): void } {
    const code = join(folder, name);
    mkdirSync(code);
    writeFileSync(join(code, 'index.mjs'), SLOW_LOAD);
    define({ name, code, timeoutSeconds });
    const settings = { concurrency: 1, queueMs: 0, idleMs: 60_000, initMs: INIT_MS };
    const runtime = new Runtime(host(), settings, { onReport: () => undefined, concurrency: functions.concurrency });
    ended.push(() => runtime.stop(0));
    return {
      invoke: () => runtime.invoke(functions.route(name), '{}'),
      open: () => writeFileSync(join(code, 'opened'), ''),
    };
  }

  const SLOW_LOAD = `
import { existsSync } from 'node:fs';
while (!existsSync('opened')) await new Promise((resolve) => setTimeout(resolve, 20));
export const handler = async () => 'served';
`;

  test('runs again within the first invocation, whose duration includes it', async () => {
    const { invoke, open } = runtimeOf('slow-once', 20);
    const answer = invoke();
    // After the end of the init phase, so that only the second load can end.
    setTimeout(open, 2 * INIT_MS);
    const report = await answer;
    expect(report).toMatchObject({ failed: false, payload: '"served"' });
    expect(report).not.toHaveProperty('initMs');
    expect(report.durationMs).toBeGreaterThan(INIT_MS);
  });

  test('fails the invocation at its timeout when the second load is too long too', async () => {
    const { failed, payload } = await runtimeOf('slow-always', 1).invoke();
    expect(failed).toBe(true);
    expect(JSON.parse(payload).errorMessage).toContain('Task timed out after 1.00 seconds');
  });
});
