import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type EvalOptions, evaluateCommand } from '../../../cli/model/commands/eval.ts';
import { MODELS } from '../../../cli/model/files/package-folder.ts';
import type { ReportJson } from '../../../cli/model/report/json.ts';
import { removePackages, tinyPackage } from '../../detection/fixtures/packages.ts';
import { constantModel } from '../../detection/fixtures/tiny-onnx.ts';
import { COUNTER_NANO, model, type Outcome, packagesWith, readJson, temporaryFolder } from './command.ts';

const GOLDEN = join(COUNTER_NANO, 'golden');
const SIZE = { width: 960, height: 640 };

/** The objects of the golden pictures, measured by the program that rendered them. */
const TRUTH = {
  'apples.jpg': {
    ...SIZE,
    label: 'apple',
    count: 5,
    boxes: [
      { x: 57, y: 241, width: 175, height: 158 },
      { x: 269, y: 208, width: 138, height: 133 },
      { x: 395, y: 259, width: 186, height: 182 },
      { x: 574, y: 211, width: 148, height: 140 },
      { x: 753, y: 263, width: 176, height: 160 },
    ],
  },
  'cars.jpg': {
    ...SIZE,
    label: 'car',
    count: 3,
    boxes: [
      { x: 282, y: 281, width: 289, height: 127 },
      { x: 636, y: 263, width: 304, height: 128 },
      { x: 71, y: 254, width: 193, height: 73 },
    ],
  },
  'empty-road.jpg': { ...SIZE, label: 'car', count: 0, boxes: [] },
};

function truthFile(truth: unknown = TRUTH): string {
  const path = join(temporaryFolder(), 'truth.json');
  writeFileSync(path, JSON.stringify(truth));
  return path;
}

function evaluate(...args: readonly string[]): Promise<Outcome> {
  return model(['eval', ...args, '--photos', GOLDEN]);
}

afterAll(removePackages);

describe('model eval', () => {
  test('a table with precision, counts, thresholds and cost', async () => {
    const { code, stdout, stderr } = await evaluate('counter-nano', '--truth', truthFile());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^counter-nano \d+\.\d+\.\d+ \(yolox\) on 3 photos$/m);
    expect(stdout).toMatch(
      /│ apple\s+│\s+5 │ 100\.0 │\s+\d+\.\d │\s+100\.0 │\s+100\.0 │ 100\.0 │\s+0\.00 │\s+0\.00 │ 100\.0 │/,
    );
    expect(stdout).toMatch(/decode [\d.]+ \+ tensor [\d.]+ \+ infer [\d.]+ \+ boxes [\d.]+ ms, total/);
    expect(stdout).toMatch(/loaded in [\d.]+ ms; \d+ MB with the model loaded, \d+ MB at most/);
    expect(stdout).not.toContain('\u001b');
  });

  test('JSON for scripts: only JSON on the standard output', async () => {
    const { code, stdout } = await evaluate('counter-nano', '--truth', truthFile(), '--json', '--labels', 'apple');
    const report: ReportJson = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(report.model).toMatchObject({ name: 'counter-nano', family: 'yolox' });
    expect(report.labels.map(({ label, objects, served }) => ({ label, objects, served }))).toEqual([
      { label: 'apple', objects: 5, served: { right: 5, wrong: 0, missed: 0, precision: 1, recall: 1, f1: 1 } },
    ]);
    expect(report.labels[0]?.points).toHaveLength(99);
    expect(report.mean.ap50).toBeCloseTo(1, 12);
    expect(report.count).toEqual({ meanAbsolute: 0, bias: 0, exact: 1 });
    expect(report.worst).toEqual([]);
    expect(Object.keys(report.speed.steps)).toEqual(['decode', 'tensor', 'infer', 'boxes']);
    expect(report.memory.peak).toBeGreaterThanOrEqual(report.memory.loaded);
  });

  test('a self-contained page that escapes labels', async () => {
    const label = '<script>alert("1")</script>';
    const models = packagesWith('hostile', (manifest) => ({
      ...manifest,
      labels: ['car', label, 'potted plant'],
    }));
    const html = join(temporaryFolder(), 'report.html');
    const truth = truthFile({ ...TRUTH, 'apples.jpg': { ...TRUTH['apples.jpg'], label, count: 6 } });
    const { code } = await evaluate('hostile', '--models', models, '--truth', truth, '--html', html);
    const page = readFileSync(html, 'utf8');
    expect(code).toBe(0);
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).toMatch(/<h1>hostile [\d.]+ on 3 photos<\/h1>/);
  });

  test('the page has the worst photos with missed objects and false detections', async () => {
    const models = packagesWith('blind', (manifest) => ({
      ...manifest,
      thresholds: { confidence: 0.99, perLabel: { car: 0.02 }, iou: 0.45 },
    }));
    const html = join(temporaryFolder(), 'report.html');
    await evaluate('blind', '--models', models, '--truth', truthFile(), '--html', html);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<strong>apples.jpg</strong> 0 right, 5 missed, 0 wrong; counts: apple 0 instead of 5');
    expect(page).toMatch(/<strong>cars\.jpg<\/strong> 3 right, 0 missed, [1-9]\d* wrong/);
    expect(page.match(/class="box missed"><title>apple: missed/g)).toHaveLength(5);
  });

  test('against a baseline: both tables, differences, and the exit code of --fail-if-worse', async () => {
    const models = await constantPackages({ seeing: 0.4, blind: 0.99 });
    const photos = await greyPhotos(20);
    const truth = truthFile(repeat(WHOLE_PHOTO, 20));
    const args = ['eval', 'blind', '--baseline', 'seeing', '--models', models, '--truth', truth, '--photos', photos];
    const { code, stdout } = await model([...args, '--fail-if-worse']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^seeing 1\.0\.0 \(yolox\) on 20 photos$/m);
    expect(stdout).toMatch(
      /│ mean absolute count error\s+│\s+1\.00 │\s+0\.00 │\s+\+1\.00 \(\+1\.00 to \+1\.00\) │\s+worse │/,
    );
    expect(stdout).toMatch(/│ AP50-95\s+│.*│\s+0\.0 \(0\.0 to 0\.0\) │ unclear │/);
    expect(stdout).toContain(
      'blind is worse than seeing in mean absolute count error, share of exact counts ' +
        'on these 20 photos (95 % intervals).',
    );
    expect((await model(args)).code).toBe(0);
  });

  test('best thresholds are written into the manifest, and their detections into the golden expectations', async () => {
    const models = packagesWith('strict', (manifest) => ({
      ...manifest,
      version: '7.1.0',
      thresholds: { confidence: 0.99, iou: 0.45 },
    }));
    const truth = truthFile(repeat(TRUTH['apples.jpg'], 20));
    const photos = repeatPhotos('apples.jpg', 20);
    const html = join(temporaryFolder(), 'report.html');
    const args = ['eval', 'strict', '--models', models, '--truth', truth, '--photos', photos, '--write-thresholds'];
    const { code, stdout, stderr } = await model([...args, '--html', html]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Wrote 1 thresholds') });
    expect(readFileSync(html, 'utf8')).toMatch(
      /<h3>Thresholds on photos that did not choose them<\/h3>.*<td>apple<\/td><td>0\.99 → 0\.\d\d<\/td>/s,
    );
    const manifest = readJson(join(models, 'strict/model.json')) as {
      version: string;
      thresholds: { perLabel: { apple: number } };
    };
    expect(manifest.version).toBe('7.1.1');
    expect(manifest.thresholds.perLabel.apple).toBeGreaterThan(0.05);
    expect(manifest.thresholds.perLabel.apple).toBeLessThan(0.72);
    expect(stdout).toMatch(
      new RegExp(
        '│ apple +│ 0\\.99 → 0\\.\\d\\d │ 0\\.\\d\\d to 0\\.\\d\\d │ +0\\.0 → 100\\.0 │ ' +
          '\\+100\\.0 \\(\\+100\\.0 to \\+100\\.0\\) │ −5\\.00 → 0\\.00 │ +better │',
      ),
    );
    expect(stdout).toMatch(/│ apple │ 0\.99 → 0\.\d\d │ 0\.0 → 100\.0 │ 5\.00 → 0\.00 │ 0\.0 → 100\.0 │/);
    const expected = readJson(join(models, 'strict/golden/expected.json')) as Record<string, { label: string }[]>;
    expect(expected['apples.jpg']?.map(({ label }) => label)).toEqual(new Array(5).fill('apple'));
    expect(expected['empty-road.jpg']).toEqual([]);
  });
});

test('thresholds are not written for few objects', async () => {
  const models = packagesWith('strict', (manifest) => ({ ...manifest, thresholds: { confidence: 0.99, iou: 0.45 } }));
  const before = readFileSync(join(models, 'strict/model.json'), 'utf8');
  const args = ['eval', 'strict', '--models', models, '--truth', truthFile(), '--photos', GOLDEN];
  const { code, stderr } = await model([...args, '--write-thresholds']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      'EvaluationError: Expected at least 30 objects of a label in 10 photos to choose its threshold, received fewer ' +
      'of every label, or no detection; nothing was written. Annotate more photos\n',
  });
  expect(readFileSync(join(models, 'strict/model.json'), 'utf8')).toBe(before);
});

describe('model eval refuses', () => {
  const smallTruth = { 'cars.jpg': TRUTH['cars.jpg'] };
  const absent = { 'no-such.jpg': TRUTH['cars.jpg'] };

  test.each<[string, Partial<EvalOptions>, unknown, RegExp]>([
    [
      'missing photos',
      {},
      { ...smallTruth, ...absent },
      /^EvaluationError: Expected every photo of .*truth\.json in .*golden; missing: no-such\.jpg$/,
    ],
    ['none of the photos', {}, absent, /received none of 1$/],
    [
      'a truth of other photos',
      {},
      { 'cars.jpg': { ...TRUTH['cars.jpg'], width: 640 } },
      /The truth belongs to other photos:\s+cars\.jpg: Expected 640 × 640 as in the truth, received 960 × 640 upright$/,
    ],
    [
      'no label in common',
      {},
      { 'cars.jpg': { ...TRUTH['cars.jpg'], label: 'auto' } },
      /: Expected labels that both counter-nano \(car, apple, potted plant\) and the truth \(auto\) have, /,
    ],
    ['an unknown label', { labels: ['car', 'bus'] }, smallTruth, /received bus$/],
    ['a truth of another format', {}, { annotations: [] }, /^TruthError: truth .*\n {2}images: /],
  ])('%s', async (_what, options, truth, expected) => {
    expect(await refusal(options, truth)).toMatch(expected);
  });

  test('with one message and exit code 1', async () => {
    const outcome = await evaluate('no-such', '--truth', truthFile());
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(
      /^UnknownModelError: Expected one of the models counter-nano.* received "no-such"\n$/,
    );
  });

  test.each([
    ['an option out of range', ['--resamples', '3'], /Expected a whole number from 100 to 100000/],
    ['an unknown criterion', ['--criterion', 'beauty'], /Allowed choices are f1, count/],
  ])('%s', async (_what, args, message) => {
    const outcome = await evaluate('counter-nano', '--truth', truthFile(smallTruth), ...args);
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('a photo that cannot be decoded', async () => {
    const photos = temporaryFolder();
    writeFileSync(join(photos, 'cars.jpg'), readFileSync(join(GOLDEN, 'cars.jpg')).subarray(0, 5000));
    expect(await refusal({ photos }, smallTruth)).toMatch(/^RunError: .*cars\.jpg: UndecodablePictureError: /);
  });

  test('weights with another SHA-256 than in the manifest', async () => {
    const models = packagesWith('counter-nano', (manifest) => ({ ...manifest, sha256: '0'.repeat(64) }));
    expect(await refusal({ models }, smallTruth)).toMatch(/xpected SHA-256 0{64} as in model\.json/);
  });
});

/** Evaluates counter-nano and expects that it fails. @returns name and message of the error */
async function refusal(options: Partial<EvalOptions>, truth: unknown): Promise<string> {
  const lines: string[] = [];
  const output = { print: (line: string) => lines.push(line), note: () => {} };
  const defaults = { models: MODELS, photos: GOLDEN, criterion: 'f1', threads: 1, resamples: 1000, seed: 1 } as const;
  const evaluation = evaluateCommand('counter-nano', { ...defaults, truth: truthFile(truth), ...options }, output);
  const error = await evaluation.then(
    () => new Error('received a report'),
    (cause: Error) => cause,
  );
  expect(lines).toEqual([]);
  return `${error.name}: ${error.message}`;
}

/** One apple in the whole of a grey photo. */
const WHOLE_PHOTO = {
  width: 32,
  height: 32,
  label: 'apple',
  count: 1,
  boxes: [{ x: 0, y: 0, width: 32, height: 32 }],
};

/** Packages of a model that detects `WHOLE_PHOTO` with a confidence of 0.9 in every photo, by their thresholds. */
async function constantPackages(thresholds: Readonly<Record<string, number>>): Promise<string> {
  const models = temporaryFolder();
  const cells = new Float32Array(21 * 8);
  // The only cell of stride 32: centre at half a cell, side one cell, objectness and class apple.
  cells.set([0.5, 0.5, 0, 0, 0.9, 0, 1, 0], 20 * 8);
  for (const [name, confidence] of Object.entries(thresholds)) {
    const changes = { name, version: '1.0.0', thresholds: { confidence, iou: 0.45 } };
    await cp(await tinyPackage(constantModel(cells), changes), join(models, name), { recursive: true });
  }
  return models;
}

async function greyPhotos(count: number): Promise<string> {
  const photos = temporaryFolder();
  const grey = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  for (let index = 0; index < count; index++) writeFileSync(join(photos, `${index}.jpg`), grey);
  return photos;
}

/** Copies of a photo under several names. */
function repeatPhotos(file: string, times: number): string {
  const photos = temporaryFolder();
  for (let index = 0; index < times; index++) cpSync(join(GOLDEN, file), join(photos, `${index}.jpg`));
  return photos;
}

function repeat<T>(value: T, times: number): Record<string, T> {
  return Object.fromEntries(Array.from({ length: times }, (_, index) => [`${index}.jpg`, value]));
}
