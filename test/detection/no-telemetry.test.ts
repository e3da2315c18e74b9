import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Loads the built-in model as functions and commands do. */
const LOADING = `
const { loadModel } = await import(${JSON.stringify(resolve('functions/detection/model.ts'))});
await (await loadModel('models/counter-nano')).release();
`;

test('ONNX Runtime writes no telemetry files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quiet-'));
  const node = resolve('node_modules/.bin/node');
  const env = { PATH: process.env.PATH, TMPDIR: folder };
  const { status, stderr } = spawnSync(node, ['--input-type=module', '-e', LOADING], { env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('it is imported only through the module that disables its telemetry', () => {
  const files = ['functions', 'cli', 'bench', 'local', 'lib'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const importing = files.filter(
    (path) => path.endsWith('.ts') && /from 'onnxruntime-node'/.test(readFileSync(path, 'utf8')),
  );
  expect(importing).toEqual(['functions/detection/onnxruntime.ts']);
});
