/** `model add hf://…` as a whole, from a recorded host. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCommand } from '../../../cli/model/commands/add.ts';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { readJson, temporaryFolder } from './command.ts';
import { fed } from './feeds.ts';
import { asQueries } from './heads.ts';
import { COMMIT, type HubHost, hubHost } from './hub-host.ts';
import { twoFiles } from './two-file-model.ts';

const CONFIG = { id2label: { 0: 'car', 1: 'apple', 2: 'potted plant' } };
const PROCESSOR = {
  image_processor_type: 'RTDetrImageProcessor',
  ...{ do_resize: true, size: { height: 416, width: 416 }, resample: 2, do_pad: false },
  ...{ do_rescale: true, rescale_factor: 1 / 255 },
  ...{ do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.25, 0.25, 0.25] },
};
const LICENCE = { license: 'apache-2.0' };

let host: HubHost;
beforeEach(async () => {
  host = await hubHost({});
  process.env.HF_ENDPOINT = host.endpoint;
});
afterEach(() => host.close());
afterAll(() => delete process.env.HF_ENDPOINT);

async function add(address: string, more: Partial<AddOptions> = {}) {
  const models = temporaryFolder();
  const lines: string[] = [];
  const push = (line: string) => lines.push(line);
  const options = { models, input: {}, packageVersion: '1.0.0', ...more };
  await addCommand(address, options, { print: push, note: push });
  const [name = ''] = readdirSync(models);
  return {
    name,
    folder: join(models, name),
    output: lines.join('\n'),
    manifest: readJson(join(models, name, 'model.json')),
  };
}

/** A model with the head of RT-DETR that expects pixels as no family does. */
const detector = () =>
  fed(asQueries(false), { colour: 'RGB', mean: [127.5, 127.5, 127.5], std: [63.75, 63.75, 63.75] });

describe('model add hf://', () => {
  test('takes commit, licence, labels and preprocessing from the repository', async () => {
    const model = detector();
    const files = {
      'config.json': JSON.stringify(CONFIG),
      'preprocessor_config.json': JSON.stringify(PROCESSOR),
      'onnx/model.onnx': model,
      'README.md': '# A detector',
    };
    host.repositories['shop/detector'] = { files, revisions: ['v1.0'], cardData: LICENCE };
    const { name, output, manifest } = await add('hf://shop/detector/onnx/model.onnx@v1.0');
    expect(name).toBe('detector');
    expect(manifest).toMatchObject({
      family: 'rt-detr',
      labels: ['car', 'apple', 'potted plant'],
      licence: 'Apache-2.0',
      provenance: `hf://shop/detector/onnx/model.onnx@${COMMIT}`,
      sha256: createHash('sha256').update(model).digest('hex'),
      input: {
        ...{ width: 416, height: 416, colour: 'RGB', fit: { kind: 'stretch' } },
        ...{ scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
      },
      checked: { boxes: true, classes: true },
    });
    expect(output).toContain(
      `shop/detector at commit ${COMMIT}: licence Apache-2.0 (model card), 3 labels (config.json), ` +
        'pixels (preprocessor_config.json).\n',
    );
    expect(output).toContain('11 of 11 annotated objects found');
    expect(output).not.toContain('using COCO’s');
  });

  test('joins a model in two files, as the files themselves', async () => {
    const { model, data } = twoFiles('model.onnx_data');
    const files = { 'model.onnx': model, 'model.onnx_data': data, 'config.json': JSON.stringify(CONFIG) };
    host.repositories['shop/detector'] = { files };
    const { folder, manifest } = await add('hf://shop/detector');
    expect(readdirSync(folder).toSorted()).toEqual(['MODEL_CARD.md', 'golden', 'model.json', 'model.onnx']);
    const joined = readFileSync(join(folder, 'model.onnx'));
    expect(joined.length).toBeGreaterThan(data.length);
    expect(manifest.sha256).toBe(createHash('sha256').update(joined).digest('hex'));
  });
});
