import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COUNTER_NANO, model, type Outcome, packagesWith, readJson, temporaryFolder } from './command.ts';
import { counterNano, decoded } from './layouts.ts';
import { modelHost } from './model-host.ts';
import { withMetadata } from './rewired.ts';

const LABELS = ['--labels', 'car,apple,potted plant'];

function file(content: Uint8Array, name = 'detector.onnx'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

interface Added extends Outcome {
  readonly models: string;
}

async function add(path: string, args: readonly string[] = LABELS, models = temporaryFolder()): Promise<Added> {
  const cache = { XDG_CACHE_HOME: temporaryFolder() };
  return { ...(await model(['add', path, ...args, '--models', models], cache)), models };
}

describe('model add', () => {
  test('makes a whole package of a file, and shows a result', async () => {
    const { code, stdout, models } = await add(file(counterNano(), 'My_Counter v2.onnx'));
    expect(code).toBe(0);
    expect(stdout).toContain(
      'My_Counter v2.onnx: 4,449,828 bytes, SHA-256 3f9b7462f2faa89dc22f50211d5c834ee72006aa41d144cb7a6092779d2e5551',
    );
    expect(stdout).toContain('Taken for yolox: 3 labels, BGR, letterbox.');
    expect(stdout).toContain('Golden pictures, 11 of 11 known objects found:');
    const folder = join(models, 'my-counter-v2');
    expect(readdirSync(folder).toSorted()).toEqual(['MODEL_CARD.md', 'golden', 'model.json', 'model.onnx']);
    expect(readJson(join(folder, 'model.json'))).toMatchObject({
      name: 'my-counter-v2',
      family: 'yolox',
      labels: ['car', 'apple', 'potted plant'],
      licence: 'NOASSERTION',
      provenance: 'My_Counter v2.onnx',
      input: { width: 416, height: 416, colour: 'BGR', fit: { kind: 'letterbox', position: 'top-left', pad: 114 } },
    });
    const picture = /Look at the result: (.*)$/m.exec(stdout)?.[1] as string;
    expect(readFileSync(picture).subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect((await model(['check', '--models', models])).stdout).toContain(
      'ok      my-counter-v2: all 4 golden pictures answered as expected',
    );
  });

  test('what the caller says goes before guesses and defaults', async () => {
    const args = [
      ...LABELS,
      '--name',
      'mine',
      '--licence',
      'MIT',
      '--confidence',
      '0.55',
      '--iou',
      '0.3',
      '--nms',
      'per-class',
    ];
    const { stderr, models } = await add(file(counterNano()), [...args, '--package-version', '2.1.0']);
    expect(stderr).toBe('');
    expect(readJson(join(models, 'mine/model.json'))).toMatchObject({
      version: '2.1.0',
      licence: 'MIT',
      nms: 'per-class',
      thresholds: { confidence: 0.55, iou: 0.3 },
    });
  });

  test('labels, licence and task from the file’s own metadata', async () => {
    const metadata = {
      task: 'detect',
      license: 'AGPL-3.0 License (https://example.com)',
      names: `{0: 'car', 1: "apple", 2: 'potted plant'}`,
    };
    const { stderr, models } = await add(file(withMetadata(counterNano(), metadata)), []);
    expect(stderr).toBe('');
    expect(readJson(join(models, 'detector/model.json'))).toMatchObject({
      labels: ['car', 'apple', 'potted plant'],
      licence: 'AGPL-3.0',
    });
  });

  test('boxes that were decoded by the export: the golden pictures tell YOLOv5’s layout from YOLOX’s', async () => {
    const feeding = ['--colour', 'BGR', '--scale', '1', '--fit', 'top-left'];
    const { stdout, code } = await add(file(decoded()), [...LABELS, ...feeding]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Taken for yolov5: 3 labels, BGR'),
    });
    expect(stdout).toContain('11 of 11 known objects found');
  });

  test('no detection of a golden picture is near the threshold that it chooses', async () => {
    const { models } = await add(file(counterNano()));
    const { thresholds } = readJson(join(models, 'detector/model.json')) as { thresholds: { confidence: number } };
    const expected = readJson(join(models, 'detector/golden/expected.json')) as Record<
      string,
      { confidence: number }[]
    >;
    const margins = Object.values(expected)
      .flat()
      .map(({ confidence }) => confidence - thresholds.confidence);
    expect(thresholds.confidence).toBeGreaterThanOrEqual(0.3);
    expect(thresholds.confidence).toBeLessThanOrEqual(0.5);
    expect(Math.min(...margins)).toBeGreaterThan(0.01);
  });

  test('golden pictures of one’s own', async () => {
    const golden = temporaryFolder();
    writeFileSync(join(golden, 'fruit.jpg'), readFileSync(join(COUNTER_NANO, 'golden/apples.jpg')));
    const { code, models } = await add(file(counterNano()), ['--labels', 'auto,apfel,pflanze', '--golden', golden]);
    expect(code).toBe(0);
    const expected = readJson(join(models, 'detector/golden/expected.json')) as Record<string, { label: string }[]>;
    expect(Object.keys(expected)).toEqual(['fruit.jpg']);
    expect(expected['fruit.jpg']?.map(({ label }) => label)).toEqual(new Array(5).fill('apfel'));
  });

  test('a name that is taken is refused, unless it is to be replaced', async () => {
    const models = packagesWith('detector', (manifest) => ({ ...manifest, version: '0.0.1' }));
    const path = file(counterNano());
    const taken = await add(path, LABELS, models);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain(
      `PackageExistsError: expected a new name, received "detector", which is in ${models}; say --name <other> or --replace`,
    );
    expect(readJson(join(models, 'detector/model.json')).version).toBe('0.0.1');
    expect((await add(path, [...LABELS, '--replace'], models)).code).toBe(0);
    expect(readJson(join(models, 'detector/model.json')).version).toBe('1.0.0');
    expect(readdirSync(models)).toEqual(['detector']);
  });
});

describe('model add <address>', () => {
  const sha256 = createHash('sha256').update(counterNano()).digest('hex');

  test('fetches it, and takes only the bytes that were meant', async () => {
    const host = await modelHost(counterNano());
    const args = [...LABELS, '--sha256', sha256.toUpperCase(), '--name', 'fetched'];
    const { code, models } = await add(host.url.href, args);
    expect(code).toBe(0);
    expect(readJson(join(models, 'fetched/model.json'))).toMatchObject({ sha256, provenance: host.url.href });
    const other = await add(host.url.href, [...LABELS, '--sha256', '0'.repeat(64)]);
    await host.close();
    expect(other.stderr).toContain(
      `DownloadError: ${host.url.href}: expected SHA-256 ${'0'.repeat(64)}, received ${sha256}; nothing was kept.`,
    );
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(readdirSync(other.models)).toEqual([]);
  });

  test('goes on where a broken download stopped', async () => {
    const cut = Promise.withResolvers<void>();
    const host = await modelHost(counterNano(), { breakAfter: 1_000_000, breakWhen: cut.promise });
    const cache = temporaryFolder();
    const args = ['add', host.url.href, ...LABELS, '--models', temporaryFolder()];
    const parts = () =>
      existsSync(join(cache, 'ml-deployment/models')) ? readdirSync(join(cache, 'ml-deployment/models')) : [];
    const first = model(args, { XDG_CACHE_HOME: cache });
    while (!parts().some((part) => part.endsWith('.part'))) await new Promise(setImmediate);
    cut.resolve();
    expect((await first).stderr).toContain('run the command again and it goes on from there');
    expect((await model(args, { XDG_CACHE_HOME: cache })).code).toBe(0);
    await host.close();
    expect(parts()).toEqual([]);
  });

  test('a name that is neither file, address nor in the catalog', async () => {
    const { code, stderr } = await add('yolox-mega');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'expected a file, an https address, or one of the catalog’s names yolox-nano, yolox-tiny, yolox-s, d-fine-n, ssd-mobilenet-v1, yolov3, received "yolox-mega"',
    );
  });

  test('a file that is to be a model of the catalog takes its licence and source, and is told if its bytes are others', async () => {
    const outcome = await add(file(counterNano()), [...LABELS, '--as', 'yolox-nano']);
    expect(outcome.stderr).toContain('These bytes are none that the catalog knows as yolox-nano');
    expect(readJson(join(outcome.models, 'yolox-nano/model.json'))).toMatchObject({
      licence: 'Apache-2.0',
      provenance: 'YOLOX-Nano (https://github.com/Megvii-BaseDetection/YOLOX), from detector.onnx',
    });
  });
});

describe('model add at the command line', () => {
  test('a refusal is one message and the exit code 1, and leaves nothing', async () => {
    const { code, stdout, stderr, models } = await add(file(counterNano().subarray(0, 2_000_000)));
    expect({ code, stdout, left: readdirSync(models) }).toEqual({ code: 1, stdout: '', left: [] });
    expect(stderr).toMatch(/^NotOnnxError: expected a whole ONNX model, received 2000000 bytes that break off .*\n$/);
  });

  test('an option that makes no sense, by its name', async () => {
    const { code, stderr } = await add(file(counterNano()), [...LABELS, '--size', 'large']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected <width>x<height>, as 640x480.'),
    });
  });

  test('a name that no package can have', async () => {
    const { stderr } = await add(file(counterNano(), '模型.onnx'));
    expect(stderr).toContain('expected a name of lower-case letters, digits, dots and dashes, received ""; say --name');
  });
});
