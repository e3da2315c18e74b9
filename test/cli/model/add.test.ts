import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCommand } from '../../../cli/model/commands/add.ts';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { readGolden } from '../../../functions/detection/golden.ts';
import { COUNTER_NANO, model, type Outcome, packagesWith, readJson, temporaryFolder } from './command.ts';
import { counterNano, decoded } from './layouts.ts';
import { modelHost } from './model-host.ts';
import { withMetadata } from './rewired.ts';

const NAMES = 'car,apple,potted plant';
const LABELS = ['--labels', NAMES];

function file(content: Uint8Array, name = 'detector.onnx'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

interface Added extends Outcome {
  readonly models: string;
}

/** Adds a model on the command line. */
async function add(path: string, args: readonly string[] = LABELS, models = temporaryFolder()): Promise<Added> {
  return { ...(await model(['add', path, ...args, '--models', models])), models };
}

interface AddedHere {
  readonly models: string;
  /** Printed results and remarks. */
  readonly output: string;
}

/** Adds a model in this process, which is faster. @throws what `addCommand` throws */
async function addHere(
  path: string,
  options: Partial<AddOptions> = { labels: NAMES },
  models = temporaryFolder(),
): Promise<AddedHere> {
  const lines: string[] = [];
  const push = (line: string) => lines.push(line);
  await addCommand(path, { models, input: {}, packageVersion: '1.0.0', ...options }, { print: push, note: push });
  return { models, output: lines.join('\n') };
}

describe('model add', () => {
  test('makes a complete package from a file, and an annotated picture', async () => {
    const { code, stdout, models } = await add(file(counterNano(), 'My_Counter v2.onnx'));
    expect(code).toBe(0);
    expect(stdout).toContain(
      'My_Counter v2.onnx: 6,973,393 bytes, SHA-256 3696e762df9016c194ea82494aff103e2d6c9bbb088b2224cfc3cfb8ae310ad2',
    );
    expect(stdout).toContain('Identified as yolox (BGR, 0–255, letterbox), 3 labels.');
    expect(stdout).toContain('Golden pictures, 11 of 11 annotated objects found (apple, car, potted plant):');
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
    const picture = /Check the result: (.*)$/m.exec(stdout)?.[1] as string;
    expect(readFileSync(picture).subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect((await model(['check', '--models', models])).stdout).toContain(
      'ok      my-counter-v2: all 4 golden pictures have the expected detections',
    );
  });

  test('options override identified properties and defaults', async () => {
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
    const { output, models } = await addHere(file(withMetadata(counterNano(), metadata)), {});
    expect(output).not.toMatch(/The (file has no names|licence of the model is unknown)/);
    expect(readJson(join(models, 'detector/model.json'))).toMatchObject({
      labels: ['car', 'apple', 'potted plant'],
      licence: 'AGPL-3.0',
    });
  });

  test('boxes decoded by the export: the golden pictures distinguish the layouts of YOLOv5 and YOLOX', async () => {
    const input: AddOptions['input'] = {
      colour: 'BGR',
      scale: 1,
      fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
    };
    const { output } = await addHere(file(decoded()), { labels: NAMES, input });
    expect(output).toContain('Identified as yolov5 (BGR, 0–255, letterbox), 3 labels.');
    expect(output).toContain('11 of 11 annotated objects found');
  });

  test('the chosen threshold is not close to any detection in the golden pictures', async () => {
    const { models } = await addHere(file(counterNano()));
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

  test('own golden pictures', async () => {
    const golden = temporaryFolder();
    writeFileSync(join(golden, 'fruit.jpg'), readFileSync(join(COUNTER_NANO, 'golden/apples.jpg')));
    const { models } = await addHere(file(counterNano()), { labels: 'auto,apfel,pflanze', golden });
    const expected = readJson(join(models, 'detector/golden/expected.json')) as Record<string, { label: string }[]>;
    expect(Object.keys(expected)).toEqual(['fruit.jpg']);
    expect(expected['fruit.jpg']?.map(({ label }) => label)).toEqual(new Array(5).fill('apfel'));
  });

  test('golden pictures with any name, behind links, are copied and can be read', async () => {
    const [golden, photos] = [temporaryFolder(), temporaryFolder()];
    const names = { 'IMG 1 (2).jpg': 'apples.jpg', 'über.jpg': 'cars.jpg' };
    for (const [name, picture] of Object.entries(names)) {
      writeFileSync(join(photos, picture), readFileSync(join(COUNTER_NANO, 'golden', picture)));
      symlinkSync(join(photos, picture), join(golden, name));
    }
    const { models } = await addHere(file(counterNano()), { labels: 'auto,apfel,pflanze', golden });
    for (const picture of Object.values(names)) rmSync(join(photos, picture));
    const pictures = await readGolden(join(models, 'detector'));
    expect(pictures.map(({ picture }) => picture).sort()).toEqual(['IMG 1 (2).jpg', 'über.jpg']);
    for (const { picture } of pictures)
      expect(readFileSync(join(models, 'detector/golden', picture)).length).toBeGreaterThan(1000);
  });

  test('an existing name is refused without --replace', async () => {
    const models = packagesWith('detector', (manifest) => ({ ...manifest, version: '0.0.1' }));
    const path = file(counterNano());
    const taken = await add(path, LABELS, models);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain(
      `PackageExistsError: Expected a new name, received "detector", which exists in ${models}; ` +
        'set --name <other> or --replace',
    );
    expect(readJson(join(models, 'detector/model.json')).version).toBe('0.0.1');
    const golden = ['--golden', join(COUNTER_NANO, 'golden')];
    const replaced = await add(
      path,
      [...LABELS, '--replace', '--name', 'detector', '--as', 'yolox-nano', ...golden],
      models,
    );
    expect(replaced.code).toBe(0);
    expect(readJson(join(models, 'detector/model.json'))).toMatchObject({ version: '1.0.0', licence: 'Apache-2.0' });
    expect(readdirSync(models)).toEqual(['detector']);
  });
});

describe('model add <address>', () => {
  const sha256 = createHash('sha256').update(counterNano()).digest('hex');

  test('downloads it, and accepts only the expected SHA-256', async () => {
    const host = await modelHost(counterNano());
    const args = [...LABELS, '--sha256', sha256.toUpperCase(), '--name', 'fetched'];
    const { code, models } = await add(host.url.href, args);
    expect(code).toBe(0);
    expect(readJson(join(models, 'fetched/model.json'))).toMatchObject({ sha256, provenance: host.url.href });
    const other = await add(host.url.href, [...LABELS, '--sha256', '0'.repeat(64)]);
    await host.close();
    expect(other.stderr).toContain(
      `DownloadError: ${host.url.href}: Expected SHA-256 ${'0'.repeat(64)}, received ${sha256}; the file was deleted.`,
    );
    expect(other).toMatchObject({ code: 1, stdout: '' });
    expect(readdirSync(other.models)).toEqual([]);
  });

  test('a download that breaks off leaves no package, and the next one works', async () => {
    const host = await modelHost(counterNano(), { breakAfter: 1_000_000, breakWhen: Promise.resolve() });
    const models = temporaryFolder();
    const options = { labels: NAMES, name: 'fetched' };
    await expect(addHere(host.url.href, options, models)).rejects.toMatchObject({
      name: 'DownloadError',
      message: expect.stringMatching(/: Expected a complete response, received .*; run the command again$/),
    });
    expect(readdirSync(models)).toEqual([]);
    await addHere(host.url.href, options, models);
    expect(readdirSync(models)).toEqual(['fetched']);
    await host.close();
  });

  test('an argument that is no file, no address and not in the catalog', async () => {
    await expect(addHere('yolox-mega')).rejects.toThrow(
      'Expected a file, an https address, s3://bucket/key, hf://owner/repo, or one of the catalog’s names ' +
        'yolox-nano, yolox-tiny, yolox-s, d-fine-n, deimv2-atto, deimv2-femto, deimv2-pico, deimv2-n, ' +
        'ssd-mobilenet-v1, yolov3, received "yolox-mega"',
    );
  });

  test('a file with --as gets licence and source from the catalog, with a note for an unknown SHA-256', async () => {
    const { output, models } = await addHere(file(counterNano()), { labels: NAMES, as: 'yolox-nano' });
    expect(output).toContain('The SHA-256 of the file is not in the catalog for yolox-nano.');
    expect(readJson(join(models, 'yolox-nano/model.json'))).toMatchObject({
      licence: 'Apache-2.0',
      provenance: 'YOLOX-Nano (https://github.com/Megvii-BaseDetection/YOLOX), from detector.onnx',
    });
  });
});

describe('model add at the command line', () => {
  test('a refusal is one message with exit code 1, and leaves no package', async () => {
    const { code, stdout, stderr, models } = await add(file(counterNano().subarray(0, 2_000_000)));
    expect({ code, stdout, left: readdirSync(models) }).toEqual({ code: 1, stdout: '', left: [] });
    expect(stderr).toMatch(
      /^NotOnnxError: Expected a whole ONNX model, received 2000000 bytes that are incomplete .*\n$/,
    );
  });

  test('an invalid option value', async () => {
    const { code, stderr } = await add(file(counterNano()), [...LABELS, '--size', 'large']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected <width>x<height>, such as 640x480.'),
    });
  });

  test('an invalid package name', async () => {
    await expect(addHere(file(counterNano(), '模型.onnx'))).rejects.toThrow(
      'Expected a name of lower-case letters, digits, dots and dashes, received ""; set --name',
    );
  });
});
