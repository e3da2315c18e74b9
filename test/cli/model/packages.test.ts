import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatJson } from '../../../cli/model/files/format-json.ts';
import { type CatalogEntry, readCatalog } from '../../../cli/model/package/catalog.ts';
import { resolveSource } from '../../../cli/model/package/source.ts';
import { patched } from '../../../cli/model/package/thresholds.ts';
import { COUNTER_NANO, model, packagesWith, ROOT, readJson, temporaryFolder } from './command.ts';

describe('model list', () => {
  test('a table of packages, with an invalid one', async () => {
    const models = packagesWith('good');
    cpSync(join(models, 'good'), join(models, 'bad'), { recursive: true });
    writeFileSync(join(models, 'bad/model.json'), '{');
    const { code, stdout } = await model(['list', '--models', models]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ bad {3}│ invalid: run npm run model -- check │/);
    expect(stdout).toMatch(
      /│ good {2}│ \d\.\d\.\d\s+│ yolox\s+│ car, apple, potted plant │ 416 × 416 │ 7\.0 │ Apache-2\.0 │ 3696e762df90 │/,
    );
  });

  test('as JSON', async () => {
    const { stdout } = await model(['list', '--models', packagesWith('good'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'good', family: 'yolox', width: 416, bytes: 6_973_393, licence: 'Apache-2.0' },
    ]);
  });

  test('an empty folder', async () => {
    const models = temporaryFolder();
    expect((await model(['list', '--models', models])).stdout).toBe(
      `No model packages in ${models}. To make one: npm run model -- add <file>\n`,
    );
  });

  test('the catalog', async () => {
    const { stdout } = await model(['list', '--catalog']);
    expect(stdout).toMatch(
      /│ yolox-nano\s+│ yolox\s+│ 416 × 416 │\s+3\.7 │\s+25\.8 │ Apache-2\.0 │ checksum known\s+│ another export\s+│/,
    );
    expect(stdout).toMatch(/│ d-fine-n\s+│ rt-detr │.*│ no\s+│/);
    expect(stdout).toMatch(/│ deimv2-femto\s+│ ssd\s+│ 416 × 416 │\s+– │\s+31\.0 │ Apache-2\.0 │ none: export it │ no/);
  });
});

describe('the catalog', () => {
  test('follows its schema; every file has a checksum and a size, or the entry says how to make it', async () => {
    const catalog = await readCatalog();
    expect(Object.keys(catalog)).toContain('yolox-nano');
    const without = Object.entries(catalog).flatMap(([name, { files, export: made }]) => {
      const known = files.every(({ sha256, bytes }) => sha256 && bytes);
      return known ? [] : [[name, files.length, files[0]?.url, made === undefined]];
    });
    expect(without).toEqual([
      ['deimv2-femto', 1, undefined, false],
      ['deimv2-n', 1, undefined, false],
    ]);
    const licences = Object.values(catalog).map(({ licence }) => licence);
    expect(new Set(licences)).toEqual(new Set(['Apache-2.0', 'MIT']));
  });

  test('an entry without a file says how to make it', async () => {
    await expect(resolveSource('deimv2-femto', { catalog: await readCatalog() })).rejects.toThrow(
      'Expected the address of a file of DEIMv2-Femto in the catalog, received none. No published ONNX file with a ' +
        'known address and checksum. To make it: Download the checkpoint ' +
        '(https://github.com/Intellindust-AI-Lab/DEIMv2#1-model-zoo), then in a clone of that project: python ' +
        'tools/deployment/export_onnx.py -c configs/deimv2/deimv2_hgnetv2_femto_coco.yml ' +
        '-r deimv2_hgnetv2_femto_coco.pth --imgsz 416. Then give the path of the file instead of its name: ' +
        'path/to/model.onnx --as deimv2-femto',
    );
  });

  test('an entry with neither is an error', async () => {
    const catalog = await readCatalog();
    const { export: _, ...entry } = catalog['deimv2-femto'] as CatalogEntry;
    const path = join(temporaryFolder(), 'catalog.json');
    writeFileSync(path, JSON.stringify({ mine: entry }));
    await expect(readCatalog(path)).rejects.toThrow('expected an address for the first file, or how to export it');
  });
});

test('model show: manifest and file, as a table and as JSON', async () => {
  const models = packagesWith('good');
  const { stdout } = await model(['show', 'good', '--models', models]);
  expect(stdout).toMatch(/│ input\s+│ "images" float32, 416 × 416, NCHW, BGR, letterbox top-left, pad 114\s+│/);
  expect(stdout).toMatch(/│ 3 labels\s+│ car, apple, potted plant\s+│/);
  expect(stdout).toMatch(/│ file\s+│ 6,973,393 bytes, pytorch [\d.]+, operator sets ai\.onnx 13\s+│/);
  const json = JSON.parse((await model(['show', 'good', '--models', models, '--json'])).stdout);
  expect(json).toMatchObject({ manifest: { name: 'good' }, file: { bytes: 6_973_393, opsets: { 'ai.onnx': 13 } } });
});

describe('model check', () => {
  test('a valid package', async () => {
    const { code, stdout } = await model(['check', 'good', '--models', packagesWith('good')]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'ok      good: all 4 golden pictures have the expected detections; checked: boxes, class names, ' +
        'order of colours\n',
    });
  });

  test('one with other detections and one with other weights, among all', async () => {
    const models = packagesWith('good');
    for (const name of ['other', 'swapped']) cpSync(join(models, 'good'), join(models, name), { recursive: true });
    const manifest = readJson(join(models, 'good/model.json')) as { input: object };
    writeFileSync(
      join(models, 'other/model.json'),
      JSON.stringify({ ...manifest, name: 'other', sha256: '0'.repeat(64) }),
    );
    const input = { ...manifest.input, colour: 'RGB' };
    writeFileSync(join(models, 'swapped/model.json'), JSON.stringify({ ...manifest, name: 'swapped', input }));
    const { code, stdout, stderr } = await model(['check', '--models', models]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {6}good: all 4/m);
    expect(stdout).toMatch(/^FAILED {2}other: .*expected SHA-256 0{64}/m);
    expect(stdout).toMatch(
      /^FAILED {2}swapped: golden pictures have unexpected detections: swapped\/plants\.jpg: potted plant/m,
    );
    expect(stderr).toBe('CheckFailedError: 2 of 3 packages would not pass the golden gate\n');
  });

  test('one without expected detections', async () => {
    const models = packagesWith('bare');
    rmSync(join(models, 'bare/golden'), { recursive: true });
    expect((await model(['check', '--models', models])).stdout).toMatch(
      /^FAILED {2}bare: .*golden\/expected\.json: expected a readable file/m,
    );
  });

  test('one with a damaged golden picture, and one without its file, among all', async () => {
    const models = packagesWith('good');
    for (const name of ['damaged', 'gone', 'without']) {
      cpSync(join(models, 'good'), join(models, name), { recursive: true });
      const manifest = readJson(join(models, 'good/model.json'));
      writeFileSync(join(models, name, 'model.json'), JSON.stringify({ ...manifest, name }));
    }
    writeFileSync(join(models, 'damaged/golden/cars.jpg'), 'no picture');
    rmSync(join(models, 'gone/golden/plants.jpg'));
    rmSync(join(models, 'without/model.onnx'));
    const { code, stdout } = await model(['check', '--models', models]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED {2}damaged: .*golden\/cars\.jpg: Expected a JPEG, PNG/m);
    expect(stdout).toMatch(/^FAILED {2}gone: .*golden\/plants\.jpg: expected a readable file, received ENOENT/m);
    expect(stdout).toMatch(/^FAILED {2}without: .*model\.onnx: expected a readable file, received ENOENT/m);
    expect(stdout).toMatch(/^ok {6}good: /m);
    const shown = await model(['show', 'without', '--models', models]);
    expect(shown.stderr).toMatch(/^ModelPackageError: Expected a valid .*model\.onnx: expected a readable file, .*\n$/);
  });

  test('an unknown name, and no packages', async () => {
    expect((await model(['check', 'nobody', '--models', packagesWith('good')])).stderr).toMatch(
      /^UnknownModelError: Expected one of the models good in /,
    );
    expect((await model(['check', '--models', temporaryFolder()])).stderr).toMatch(
      /^UnknownModelError: Expected model packages in /,
    );
  });
});

describe('model remove', () => {
  test('deletes a package that no endpoint uses', async () => {
    const models = packagesWith('old');
    expect(await model(['remove', 'old', '--models', models])).toMatchObject({
      code: 0,
      stdout: `Removed ${join(models, 'old')}.\n`,
    });
    expect(existsSync(join(models, 'old'))).toBe(false);
  });

  test('keeps one that an endpoint uses, without --force', async () => {
    const models = packagesWith('counter-nano');
    const { code, stderr } = await model(['remove', 'counter-nano', '--models', models]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^ModelInUseError: Expected a model that no endpoint uses, received "counter-nano", .* uses for .*count-cars/,
    );
    expect(existsSync(join(models, 'counter-nano/model.onnx'))).toBe(true);
    expect((await model(['remove', 'counter-nano', '--models', models, '--force'])).code).toBe(0);
  });
});

describe('the command line', () => {
  test('help names every command', async () => {
    const { code, stdout } = await model(['--help']);
    expect(code).toBe(0);
    for (const command of ['add', 'eval', 'list', 'show', 'check', 'remove'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  });

  test('an unknown command, and a missing argument', async () => {
    expect(await model(['ad'])).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'ad'") });
    expect(await model(['show'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("missing required argument 'name'"),
    });
  });
});

describe('JSON in the format of the repository', () => {
  test('short lists on one line, long ones and objects over several', () => {
    const value = {
      mean: [0, 0, 0],
      fit: { kind: 'stretch' },
      empty: {},
      none: [],
      nothing: undefined,
      words: new Array(20).fill('potted plant'),
    };
    const text = formatJson(value);
    expect(text.slice(0, text.indexOf('"words"'))).toBe(
      '{\n  "mean": [0, 0, 0],\n  "fit": {\n    "kind": "stretch"\n  },\n  "empty": {},\n  "none": [],\n  ',
    );
    expect(text).toContain('"words": [\n    "potted plant",\n');
    expect(JSON.parse(text)).toEqual({ ...value, nothing: undefined });
  });

  test('the files of the repository have this format', () => {
    const text = readFileSync(join(COUNTER_NANO, 'golden/expected.json'), 'utf8');
    expect(formatJson(JSON.parse(text))).toBe(text);
    const catalog = readFileSync(join(ROOT, 'models/catalog.json'), 'utf8');
    expect(formatJson(JSON.parse(catalog))).toBe(catalog);
  });
});

test.each([
  ['1.0.0', '1.0.1'],
  ['2.10.9', '2.10.10'],
  ['1.2.0-rc.1', '1.2.0'],
])('the patch after %s is %s', (version, next) => {
  expect(patched(version)).toBe(next);
});
