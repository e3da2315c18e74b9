/** What a package takes from the metadata of a repository of the Hub. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOfPage, parseHubAddress } from '../../../cli/model/fetch/hub-address.ts';
import { namesOfConfig } from '../../../cli/model/fetch/hub-labels.ts';
import { findHubModel } from '../../../cli/model/fetch/hub-model.ts';
import { readPreprocessing } from '../../../cli/model/fetch/hub-preprocessing.ts';
import type { ModelFacts } from '../../../cli/model/identify/facts.ts';
import { LABEL_SETS } from '../../../cli/model/identify/labels.ts';
import { propose } from '../../../cli/model/identify/propose.ts';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { joinExternalWeights } from '../../../cli/model/package/external-weights.ts';
import { hintsOf, licenceOf, packageFacts, sizeOf } from '../../../cli/model/package/facts-of-source.ts';
import { joinHubWeights } from '../../../cli/model/package/hub-weights.ts';
import { resolveSource, type Source } from '../../../cli/model/package/source.ts';
import { hubInWords } from '../../../cli/model/report/hub-words.ts';
import { temporaryFolder } from './command.ts';
import { COMMIT, type HubHost, hubHost } from './hub-host.ts';
import { twoFiles } from './two-file-model.ts';

/** `preprocessor_config.json` of ustc-community/dfine-nano-coco. */
const DFINE = {
  image_processor_type: 'RTDetrImageProcessor',
  ...{ do_convert_annotations: true, do_normalize: false, do_pad: false, do_rescale: true, do_resize: true },
  ...{ format: 'coco_detection', image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] },
  ...{ pad_size: null, resample: 2, rescale_factor: 0.00392156862745098, size: { height: 640, width: 640 } },
};
/** Of facebook/detr-resnet-50. */
const DETR = {
  image_processor_type: 'DetrImageProcessor',
  ...{ do_normalize: true, do_pad: true, do_rescale: true, do_resize: true, rescale_factor: 0.00392156862745098 },
  ...{ image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] },
  size: { shortest_edge: 800, longest_edge: 1333 },
};
/** Of the same model before 2023. */
const OLD_DETR = {
  feature_extractor_type: 'DetrFeatureExtractor',
  ...{ do_normalize: true, do_resize: true, image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] },
  ...{ max_size: 1333, size: 800 },
};
const RESCALED = { colour: 'RGB', scale: DFINE.rescale_factor };
const IMAGENET = { mean: DETR.image_mean, std: DETR.image_std };

let host: HubHost;
beforeAll(async () => {
  host = await hubHost({});
  process.env.HF_ENDPOINT = host.endpoint;
});
afterAll(async () => {
  delete process.env.HF_ENDPOINT;
  await host.close();
});

const OPTIONS: AddOptions = { models: '', input: {}, packageVersion: '1.0.0' };
const image = { name: 'x', layout: 'NCHW', width: 640, height: 640 } as const;
const facts: ModelFacts = {
  file: { metadata: {}, producer: '', irVersion: 8, opsets: [] } as unknown as ModelFacts['file'],
  image,
  outputs: [
    { name: 'logits', type: 'float32', dims: [1, 300, 3] },
    { name: 'pred_boxes', type: 'float32', dims: [1, 300, 4] },
  ],
};

/** A source with this metadata beside its model. */
async function sourceOf(metadata: Record<string, unknown>, cardData: unknown = {}): Promise<Source & { kind: 'hub' }> {
  const texts = Object.entries(metadata).map(([path, json]) => [path, JSON.stringify(json)]);
  host.repositories['shop/detector'] = { files: { 'onnx/model.onnx': 'x', ...Object.fromEntries(texts) }, cardData };
  return (await resolveSource('hf://shop/detector', { catalog: {} })) as Source & { kind: 'hub' };
}

describe('an address', () => {
  test.each([
    ['hf://shop/detector', { repo: 'shop/detector' }],
    ['HF://Shop/My.Detector_2', { repo: 'Shop/My.Detector_2' }],
    ['hf://shop/detector/onnx/a b.onnx', { repo: 'shop/detector', file: 'onnx/a b.onnx' }],
    ['hf://shop/detector/a.onnx@v1', { repo: 'shop/detector', file: 'a.onnx', revision: 'v1' }],
    ['hf://shop/detector@v1/onnx/a.onnx', { repo: 'shop/detector', file: 'onnx/a.onnx', revision: 'v1' }],
    ['hf://shop/detector@feature/new', { repo: 'shop/detector', revision: 'feature/new' }],
    ['hf://shop/detector@feature%2Fnew/a.onnx', { repo: 'shop/detector', file: 'a.onnx', revision: 'feature/new' }],
    ['hf://shop/detector@refs/pr/3/a.onnx', { repo: 'shop/detector', file: 'a.onnx', revision: 'refs/pr/3' }],
    ['hf://shop/detector/a.onnx@refs/pr/3', { repo: 'shop/detector', file: 'a.onnx', revision: 'refs/pr/3' }],
  ])('%s', (given, expected) => {
    expect(parseHubAddress(given)).toEqual(expected);
  });

  test.each([
    'hf://',
    'hf://shop',
    'hf://shop/',
    'hf://../detector',
    'hf://shop/detector/../other/a.onnx',
    'hf://shop/detector/onnx//a.onnx',
    'hf://shop/detector/a.onnx@',
    'hf://shop/detector@..',
    'hf://shop/detector/a.onnx@%2e%2e',
    'hf://shop/detector@%2E/a.onnx',
    'hf://shop/detector/a.onnx@v1/../../other',
    'hf://shop/detector@refs/pr/../a.onnx',
    'hf://shop/detector?x=1',
    'hf://user:secret@shop/detector',
  ])('%s is refused', (given) => {
    expect(() => parseHubAddress(given)).toThrow(`Expected hf://owner/repo[/file.onnx][@revision], received ${given}`);
  });
});

test.each([
  ['https://huggingface.co/shop/detector', 'hf://shop/detector'],
  ['https://hf.co/shop/detector/', 'hf://shop/detector'],
  ['https://huggingface.co/shop/detector/tree/main/onnx', 'hf://shop/detector@main'],
  ['https://huggingface.co/shop/detector/blob/v1/onnx/a%20b.onnx?x=1', 'hf://shop/detector/onnx/a b.onnx@v1'],
  ['https://huggingface.co/shop/detector/blob/refs%2Fpr%2F3/a.onnx', 'hf://shop/detector/a.onnx@refs/pr/3'],
  ['https://huggingface.co/shop/detector/resolve/main/a.onnx', undefined],
  ['https://huggingface.co.example/shop/detector', undefined],
])('the page %s is %s', (given, expected) => {
  expect(addressOfPage(given)).toBe(expected);
});

describe('preprocessor_config.json', () => {
  test.each<[string, object, object]>([
    [
      'D-FINE: stretched, not normalized',
      DFINE,
      {
        size: { width: 640, height: 640 },
        input: { ...RESCALED, mean: [0, 0, 0], std: [1, 1, 1], fit: { kind: 'stretch' } },
      },
    ],
    [
      'normalized, and padded to its own size',
      { ...DFINE, do_normalize: true, do_pad: true, pad_size: { height: 640, width: 640 } },
      { size: { width: 640, height: 640 }, input: { ...RESCALED, ...IMAGENET, fit: { kind: 'stretch' } } },
    ],
    ['bytes in BGR', { do_rescale: false, do_flip_channel_order: true }, { input: { colour: 'BGR', scale: 1 } }],
    [
      'whether it normalizes is not stated',
      { image_mean: DETR.image_mean, image_std: DETR.image_std },
      { input: { colour: 'RGB', scale: 1 / 255 } },
    ],
    [
      'DETR',
      DETR,
      {
        otherResizing:
          'resizes pictures to 800 pixels of the shortest edge and at most 1333 pixels of the longest, so that each ' +
          'has its own size',
        input: { ...RESCALED, ...IMAGENET },
      },
    ],
    [
      'DETR of old',
      OLD_DETR,
      {
        otherResizing:
          'resizes pictures to 800 pixels of the shortest edge and at most 1333 pixels of the longest, so that each ' +
          'has its own size',
        input: { colour: 'RGB', scale: 1 / 255, ...IMAGENET },
      },
    ],
  ])('%s', (_, config, expected) => {
    expect(readPreprocessing(JSON.stringify(config))).toEqual(expected);
  });

  test.each<[object, string]>([
    [{ size: { longest_edge: 640 } }, 'resizes pictures to a longest edge and keeps their proportions'],
    [{ size: { max_height: 640, max_width: 640 } }, 'resizes pictures to a longest edge and keeps their proportions'],
    [{ size: 640 }, 'resizes pictures to 640 pixels of the shortest edge, so that each has its own size'],
    [{ do_resize: false }, 'does not resize pictures'],
    [{ size: { height: 256, width: 256 }, do_center_crop: true }, 'crops pictures to their centre'],
    [{ size: { height: 640, width: 480 }, keep_aspect_ratio: true }, 'keeps the proportions of pictures in 480 × 640'],
    [
      { size: { height: 640, width: 640 }, do_pad: true, pad_size: { height: 672, width: 672 } },
      'pads pictures of 640 × 640 to 672 × 672',
    ],
  ])('%j is another way', (config, expected) => {
    expect(readPreprocessing(JSON.stringify(config))).toMatchObject({ otherResizing: expected });
  });

  test.each([
    ['no JSON', 'Unexpected token'],
    ['{"image_mean": [0.5]}', 'image_mean: '],
    ['{"size": {"height": 640}}', 'size: '],
    ['{"image_std": [0, 1, 1]}', 'image_std: expected positive numbers'],
    ['{"rescale_factor": -1}', 'rescale_factor: '],
    ['{"size": {"height": 1e9, "width": 640}}', 'size.height: Too big'],
    ['[]', 'expected object'],
  ])('%s is a fault', (text, expected) => {
    expect(readPreprocessing(text)).toContain(expected);
  });
});

describe('id2label', () => {
  test.each([
    [{ 1: 'apple', 0: 'car' }, ['car', 'apple']],
    [{ 0: 'N/A', 1: 'person', 2: 'N/A' }, ['unused-0', 'person', 'unused-2']],
    [{ 0: 'LABEL_0', 1: 'LABEL_1' }, undefined],
    [undefined, undefined],
    [{ 1: 'car', 2: 'apple' }, 'no name for 0'],
    [{ 0: 'car', 2: 'apple' }, 'no name for 1'],
    [{ 0: 'car', 1: 'car' }, 'the name "car" twice'],
    [{ 0: 'car', 1: ' ' }, 'the name "" for a class'],
    [{ '': 'car' }, 'id2label.: Invalid key in record'],
    [{ 0: 'car', '0x1': 'apple' }, 'id2label.0x1: Invalid key in record'],
    [{ 0: 7 }, 'id2label.0: Invalid input: expected string, received number'],
  ])('%j', (id2label, expected) => {
    expect(namesOfConfig(JSON.stringify({ id2label }))).toEqual(expected);
  });

  test('of COCO by category, as DETR has them', () => {
    const names = LABEL_SETS['coco-91'].map((name, id) => [id, name.startsWith('unused') ? 'N/A' : name]);
    expect(namesOfConfig(JSON.stringify({ id2label: Object.fromEntries(names) }))).toEqual(LABEL_SETS['coco-91']);
  });
});

describe('a package', () => {
  const id2label = { 0: 'car', 1: 'apple', 2: 'plant' };
  const metadata = { 'config.json': { id2label }, 'preprocessor_config.json': DFINE };

  test('has labels, size, pixels, licence and commit of the repository', async () => {
    const source = await sourceOf(metadata, { license: 'apache-2.0' });
    const hints = await hintsOf(source, OPTIONS);
    expect(propose(facts, hints)[0]).toMatchObject({
      family: 'rt-detr',
      labels: ['car', 'apple', 'plant'],
      input: { ...RESCALED, mean: [0, 0, 0], fit: { kind: 'stretch' } },
    });
    expect(sizeOf(source, OPTIONS)).toEqual({ size: { width: 640, height: 640 } });
    const making = { source, name: 'mine', sha256: 'a'.repeat(64) };
    expect(packageFacts(facts, making, OPTIONS)).toMatchObject({
      licence: 'Apache-2.0',
      provenance: `hf://shop/detector/onnx/model.onnx@${COMMIT}`,
    });
    expect(hubInWords(source.model, facts, OPTIONS)).toEqual([
      `shop/detector at commit ${COMMIT}: licence Apache-2.0 (model card), 3 labels (config.json), pixels ` +
        '(preprocessor_config.json).',
    ]);
  });

  test('has what the caller sets instead', async () => {
    const source = await sourceOf(metadata, { license: 'other', license_name: 'My Licence 1' });
    const input = { colour: 'BGR', fit: { kind: 'letterbox', position: 'top-left', pad: 114 } } as const;
    const options = { ...OPTIONS, labels: 'a,b,c', input, size: { width: 320, height: 320 } };
    expect(propose(facts, await hintsOf(source, options))[0]).toMatchObject({
      labels: ['a', 'b', 'c'],
      input: { ...RESCALED, ...input },
    });
    expect(sizeOf(source, options)).toEqual({ size: options.size, sizeRequired: true });
    expect(licenceOf(facts, source, options)).toBe('LicenseRef-My-Licence-1');
    expect(licenceOf(facts, source, { ...options, licence: 'MIT' })).toBe('MIT');
  });

  test('bytes stay as they are, because the model itself scales them', async () => {
    const hints = await hintsOf(await sourceOf({ 'preprocessor_config.json': DETR }), {
      ...OPTIONS,
      labels: 'a,b,c',
      input: { fit: { kind: 'stretch' } },
    });
    const [first] = propose({ ...facts, image: { ...image, type: 'uint8' } }, hints);
    expect(first?.input).toMatchObject({ colour: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
  });

  test('metadata beside the model comes before that of the repository', async () => {
    const source = await sourceOf({ 'config.json': { id2label }, 'onnx/config.json': { id2label: { 0: 'x' } } });
    expect(source.model.labels).toEqual({ path: 'onnx/config.json', value: ['x'] });
  });

  test('another resizing is refused, unless the caller sets one, which is said', async () => {
    const source = await sourceOf({ 'preprocessor_config.json': DETR });
    const words =
      'resizes pictures to 800 pixels of the shortest edge and at most 1333 pixels of the longest, so that each';
    await expect(hintsOf(source, OPTIONS)).rejects.toThrow(
      `Expected pictures of one size, received a model whose image processor ${words} has its own size ` +
        `(hf://shop/detector/onnx/model.onnx@${COMMIT}). The pipeline cannot do this. If the model works with ` +
        'another way, set it: --fit stretch (or top-left, centre) and, for a model of any size, --size 640x640',
    );
    const input = { fit: { kind: 'stretch' } } as const;
    expect(await hintsOf(source, { ...OPTIONS, input })).toMatchObject({ stated: IMAGENET, input });
    expect(hubInWords(source.model, facts, { input })).toContainEqual(
      `NOT as preprocessor_config.json says: its image processor ${words} has its own size. You set --fit.`,
    );
  });

  test('another size of the file is said', async () => {
    const source = await sourceOf({ 'preprocessor_config.json': { ...DFINE, size: { height: 512, width: 480 } } });
    expect(hubInWords(source.model, facts, OPTIONS)).toContainEqual(
      'NOT as preprocessor_config.json says: it has 480 × 512, the file 640 × 640.',
    );
  });

  test.each([
    [
      { 'config.json': { id2label: { 1: 'car' } } },
      'in "id2label" of config.json of shop/detector, received no name for 0',
    ],
    [
      { 'preprocessor_config.json': { image_mean: 1 } },
      'in preprocessor_config.json of shop/detector, received image_mean',
    ],
  ])('metadata that cannot be used is refused with the options instead: %j', async (wrong, expected) => {
    await expect(sourceOf(wrong)).rejects.toThrow(expected);
    const input = { colour: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: { kind: 'stretch' } } as const;
    const set = {
      labels: 'car',
      input: { ...input, mean: [...input.mean], std: [...input.std] } as AddOptions['input'],
    };
    expect((await findHubModel('hf://shop/detector', set)).commit).toBe(COMMIT);
  });

  test.each([
    ['mit', 'MIT'],
    ['bsd-3-clause', 'BSD-3-Clause'],
    ['agpl-3.0', 'AGPL-3.0'],
    ['cc-by-nc-sa-4.0', 'CC-BY-NC-SA-4.0'],
    [['mit', 'apache-2.0'], 'MIT OR Apache-2.0'],
    ['openrail++', 'LicenseRef-openrail-'],
    ['unknown', undefined],
    [undefined, undefined],
  ])('the licence %j is %s', async (license, expected) => {
    expect((await sourceOf({}, { license })).model.licence).toBe(expected);
  });
});

describe('a model in two files', () => {
  const { model, data } = twoFiles('model.onnx_data');
  const written = () => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, model);
    return path;
  };
  const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

  test('is joined as the files themselves', async () => {
    host.repositories['shop/detector'] = { files: { 'a/model.onnx': model, 'a/model.onnx_data': data } };
    const path = written();
    expect(await joinHubWeights(await findHubModel('hf://shop/detector', {}), path)).toBe(sha256(path));
    expect(readdirSync(join(path, '..'))).toEqual(['model.onnx']);
    const twin = written();
    writeFileSync(`${twin}_data`, data);
    expect(await joinExternalWeights({ kind: 'file', path: twin }, twin)).toBe(sha256(path));
  });

  test('without its weights is refused', async () => {
    host.repositories['shop/detector'] = { files: { 'a/model.onnx': model, 'model.onnx_data': data } };
    await expect(joinHubWeights(await findHubModel('hf://shop/detector', {}), written())).rejects.toThrow(
      `Expected weights of the model in model.onnx_data beside hf://shop/detector/a/model.onnx@${COMMIT}, received ` +
        'no such file; use another file, or export it in one file (torch.onnx.export(…, external_data=False))',
    );
  });

  test('with weights elsewhere is refused before a download', async () => {
    const path = written();
    writeFileSync(path, twoFiles('../config.json').model);
    await expect(joinHubWeights(await findHubModel('hf://shop/detector', {}), path)).rejects.toThrow(
      'Expected weights in a file beside the model, received the location "../config.json"',
    );
  });
});
