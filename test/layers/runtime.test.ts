import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLayer, type Target } from '../../layers/runtime/build.ts';
import { checkUnzipped, filesOf, MAX_UNZIPPED_BYTES, sizeOf, TooLargeError } from '../../layers/runtime/size.ts';

const HERE: Target = { os: platform() === 'darwin' ? 'darwin' : 'linux', arch: arch() === 'arm64' ? 'arm64' : 'x64' };

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('the layer has the same versions as the tests', () => {
  const { dependencies } = json('package.json');
  const layer = json('layers/runtime/package.json').dependencies;
  expect(layer).toEqual({ 'onnxruntime-node': dependencies['onnxruntime-node'], sharp: dependencies.sharp });
  const locked = json('layers/runtime/package-lock.json').packages;
  for (const [name, version] of Object.entries(layer)) expect(locked[`node_modules/${name}`].version).toBe(version);
});

test('the lock file names no registry', () => {
  expect(readFileSync('layers/runtime/package-lock.json', 'utf8')).not.toContain('"resolved"');
});

describe('a layer', () => {
  const into = mkdtempSync(join(tmpdir(), 'layer-'));
  afterAll(() => rmSync(into, { recursive: true }));
  let modules: string;
  beforeAll(() => {
    modules = join(buildLayer(HERE, into), 'nodejs', 'node_modules');
  }, 300_000);

  test('has the binaries of one platform only', () => {
    const binaries = filesOf(modules).filter((file) => /\.(node|so|dylib|dll)(\.|$)/.test(file));
    expect(binaries.length).toBeGreaterThanOrEqual(4);
    const own = new RegExp(`${HERE.os}[-/]${HERE.arch}`);
    expect(binaries.filter((file) => !own.test(file))).toEqual([]);
  });

  test('is under 75 MB on Linux, 120 MB on macOS', () => {
    expect(sizeOf(modules)).toBeLessThan(HERE.os === 'darwin' ? 120e6 : 75e6);
  });

  test('has a licence or a README for each package', () => {
    const packages = readdirSync(modules).flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((below) => join(name, below)) : [name],
    );
    const without = packages.filter(
      (name) => !readdirSync(join(modules, name)).some((file) => /^(LICEN[CS]E|README)/i.test(file)),
    );
    expect(packages).toEqual(expect.arrayContaining(['onnxruntime-node', 'onnxruntime-common', 'sharp']));
    expect(without).toEqual([]);
  });

  test('has everything that the native packages need, loaded through NODE_PATH as on Lambda', () => {
    const script = `
      const ort = require('onnxruntime-node');
      const sharp = require('sharp');
      sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).jpeg().toBuffer()
        .then((jpeg) => ort.InferenceSession.create(process.argv[1]).then((session) =>
          console.log(JSON.stringify({
            inputs: session.inputNames, bytes: jpeg.length, from: require.resolve('sharp') }))));`;
    const model = join(process.cwd(), 'models/counter-nano/model.onnx');
    // In the root folder, so that Node finds no other node_modules.
    const out = execFileSync(process.execPath, ['-e', script, model], { cwd: '/', env: { NODE_PATH: modules } });
    const { inputs, bytes, from } = JSON.parse(out.toString());
    expect(inputs).toEqual(['images']);
    expect(bytes).toBeGreaterThan(100);
    expect(from).toBe(join(modules, 'sharp/dist/index.cjs'));
  });

  test('is not built again when it is up to date', () => {
    const before = statSync(modules).ino;
    buildLayer(HERE, into);
    expect(statSync(modules).ino).toBe(before);
  });

  test('is built again after an interrupted build, whose files are deleted', () => {
    const before = statSync(modules).ino;
    rmSync(join(into, `${HERE.os}-${HERE.arch}.sha256`));
    rmSync(join(modules, 'sharp'), { recursive: true });
    const left = join(into, '.staging-2147483646');
    mkdirSync(left);
    utimesSync(left, 0, 0);
    buildLayer(HERE, into);
    expect(statSync(modules).ino).not.toBe(before);
    expect(existsSync(join(modules, 'sharp/package.json'))).toBe(true);
    expect(readdirSync(into).toSorted()).toEqual([`${HERE.os}-${HERE.arch}`, `${HERE.os}-${HERE.arch}.sha256`]);
  }, 300_000);
});

describe('checkUnzipped', () => {
  test('accepts exactly the limit', () => {
    expect(checkUnzipped({ layer: MAX_UNZIPPED_BYTES - 1, code: 1 })).toBe(262_144_000);
  });

  test('rejects more, and names the size of each part', () => {
    expect(() => checkUnzipped({ layer: 200e6, 'code and models': 62_144_001 })).toThrow(
      new TooLargeError(
        'Expected at most 262.1 MB of code and layers, received 262.1 MB: layer 200.0 MB, code and models 62.1 MB',
      ),
    );
  });
});
