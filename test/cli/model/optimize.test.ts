import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineName, RUNTIME } from '../../../functions/detection/machine.ts';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import { loadModel } from '../../../functions/detection/model.ts';
import { model, packagesWith, readJson, temporaryFolder } from './command.ts';

type Optimized = NonNullable<Manifest['optimized']>[number];

/** Package and output of one `model optimize`, with --force because the gain depends on the machine. Tests copy it. */
let made: { folder: string; stdout: string };
beforeAll(async () => {
  const models = packagesWith('fast');
  const { code, stdout } = await model(['optimize', 'fast', '--force', '--models', models]);
  expect(code).toBe(0);
  made = { folder: join(models, 'fast'), stdout };
});

/** A package with the optimized file. */
function optimized(): { folder: string; written: Optimized } {
  const folder = join(temporaryFolder(), 'fast');
  cpSync(made.folder, folder, { recursive: true });
  return { folder, written: (readJson(join(folder, 'model.json')) as { optimized: [Optimized] }).optimized[0] };
}

function change(folder: string, changes: Partial<Optimized>): void {
  const path = join(folder, 'model.json');
  const manifest = readJson(path) as { optimized: [Optimized] };
  writeFileSync(path, JSON.stringify({ ...manifest, optimized: [{ ...manifest.optimized[0], ...changes }] }));
}

/** Whether loading reads the optimized file: damages it and looks for the error. */
async function isLoaded(folder: string, { file }: Optimized): Promise<boolean> {
  writeFileSync(join(folder, file), 'damaged');
  const loaded = await loadModel(folder).catch((error: Error) => error);
  if (loaded instanceof Error || 'message' in loaded) {
    expect((loaded as Error).message).toContain(`${file}: expected SHA-256`);
    return true;
  }
  await loaded.release();
  return false;
}

describe('model optimize', () => {
  test('writes a file for this type of machine and prints the gain; golden pictures still pass', async () => {
    const { folder, written } = optimized();
    const { stdout } = made;
    expect(stdout).toMatch(
      /│ load, ms\s+│\s+[\d.]+ │\s+[\d.]+ │\n│ inference, ms │\s+[\d.]+ │\s+[\d.]+ │\n│ MB\s+│\s+7\.0 │\s+7\.\d │/,
    );
    expect(stdout).toContain(` for ${machineName()} with ONNX Runtime ${RUNTIME}. Other machines use model.onnx.`);
    const bytes = readFileSync(join(folder, written.file));
    expect(bytes.subarray(4, 8).toString()).toBe('ORTM');
    const weights = readFileSync(join(folder, 'model.onnx'));
    expect(written).toEqual({
      file: expect.stringMatching(/^model\.[\w-]+\.ort$/),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      of: createHash('sha256').update(weights).digest('hex'),
      runtime: RUNTIME,
      machine: machineName(),
    });
    expect((await model(['check', 'fast', '--models', join(folder, '..')])).stdout).toMatch(/^ok {6}fast/);
  });

  test('a second run replaces the file', async () => {
    const { folder } = optimized();
    expect((await model(['optimize', 'fast', '--force', '--models', join(folder, '..')])).code).toBe(0);
    expect((readJson(join(folder, 'model.json')) as { optimized: Optimized[] }).optimized).toHaveLength(1);
  });

  test('a second run that is rejected leaves the file of the first', async () => {
    const { folder } = optimized();
    const models = ['--models', join(folder, '..')];
    const path = join(folder, 'golden/expected.json');
    const expected = readFileSync(path);
    writeFileSync(path, JSON.stringify({ ...readJson(path), 'apples.jpg': [] }));
    expect((await model(['optimize', 'fast', ...models])).code).toBe(1);
    writeFileSync(path, expected);
    expect((await model(['check', 'fast', ...models])).stdout).toMatch(/^ok {6}fast/);
  });

  test('weights other than those of the manifest are not optimized', async () => {
    const models = packagesWith('fast');
    writeFileSync(join(models, 'fast/model.onnx'), 'others');
    const { code, stderr } = await model(['optimize', 'fast', '--models', models]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/model\.onnx: expected SHA-256 \w{64} as in model\.json, received \w{64} \(6 bytes\)/),
    ]);
    expect(readdirSync(join(models, 'fast')).filter((name) => name.endsWith('.ort'))).toEqual([]);
  });

  test('other detections in golden pictures: the file is deleted', async () => {
    const models = packagesWith('fast');
    const path = join(models, 'fast/golden/expected.json');
    writeFileSync(path, JSON.stringify({ ...readJson(path), 'apples.jpg': [] }));
    const before = readFileSync(join(models, 'fast/model.json'), 'utf8');
    const { code, stderr } = await model(['optimize', 'fast', '--models', models]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NoImprovementError: Expected the same detections from the optimized model'),
    });
    expect(readFileSync(join(models, 'fast/model.json'), 'utf8')).toBe(before);
    expect(readdirSync(join(models, 'fast')).some((file) => file.endsWith('.ort'))).toBe(false);
  });
});

describe('the loader uses the optimized file', () => {
  test('if everything matches', async () => {
    const { folder, written } = optimized();
    expect(await isLoaded(folder, written)).toBe(true);
  });

  test.each<[string, Partial<Optimized>]>([
    ['another machine', { machine: 'x64-mmx' }],
    ['another ONNX Runtime', { runtime: '0.0.1' }],
    ['other weights', { of: '0'.repeat(64) }],
  ])('not if it was made for %s', async (_what, changes) => {
    const { folder, written } = optimized();
    change(folder, changes);
    expect(await isLoaded(folder, written)).toBe(false);
  });

  test('and refuses a manifest with a file in another folder', async () => {
    const { folder } = optimized();
    change(folder, { file: '../model.ort' });
    await expect(loadModel(folder)).rejects.toThrow('model.json optimized.0.file: expected the name of an .ort file');
  });
});

test('a machine has one name', () => {
  expect(machineName()).toBe(machineName());
  expect(machineName()).toMatch(/^(arm64$|x64)/);
});
