import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddOptions } from '../../../cli/model/package/add-options.ts';
import { MODELS, readModelPackage } from '../../../lib/models.ts';
import { addHere } from './add-here.ts';
import { COUNTER_NANO, model, ROOT } from './command.ts';
import { counterNano, permuted } from './layouts.ts';
import { asSsd, asYolov8, ofGrey } from './variants.ts';

const NANODET = join(ROOT, '../shared/data/models/nanodet_m_hpc203.onnx');
const FED_AS_BUILT_IN: AddOptions['input'] = {
  colour: 'BGR',
  scale: 1,
  fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
};
const EIGHTY = Array.from({ length: 80 }, (_, index) => `k${index}`).join(',');

/** 80 labels with the known ones at 2, 3 and 4. */
const KNOWN_AT_2 = EIGHTY.replace('k2,k3,k4', 'Car,APPLE,potted_plant');
const GOLDEN = join(COUNTER_NANO, 'golden');

describe('what the golden pictures proved', () => {
  test('known labels: boxes and class names; show, check and the manifest say so', async () => {
    const { output, manifest, models } = await addHere(counterNano());
    expect(manifest.checked).toMatchObject({ boxes: true, classes: true });
    expect(output).toMatch(/^Checked by the golden pictures: boxes, class names/m);
    expect(readModelPackage(models, 'detector').checked).toEqual(manifest.checked);
    const [show, check] = await Promise.all([
      model(['show', 'detector', '--models', models]),
      model(['check', 'detector', '--models', models]),
    ]);
    expect(show.stdout).toMatch(/│ checked +│ boxes, class names/);
    expect(check.stdout).toMatch(/ok {6}detector: all 4 .*; checked: boxes, class names/);
  });

  test('the built-in package says of itself what is found about its file', async () => {
    const { manifest } = await addHere(counterNano());
    // Its order of colours is known from the training; packages.test.ts shows that the golden check notices another.
    expect(readModelPackage(MODELS, 'counter-nano').checked).toEqual({
      ...(manifest.checked as object),
      colour: true,
    });
  });

  test('other labels: the objects verify boxes, but no class names', async () => {
    const { output, manifest } = await addHere(counterNano(), { labels: 'x1,x2,x3' });
    expect(manifest.checked).toMatchObject({ boxes: true, classes: false });
    expect(output).toMatch(
      /^Checked by .* \(11 of 11 annotated objects, of any label\): boxes.*\. NOT checked: class names/m,
    );
    expect(output).toContain('To check them, set --golden <folder> and --golden-truth <file>.');
  });

  test.each<[string, () => Uint8Array, AddOptions['input']]>([
    ['corners as centre and size', () => asYolov8('corners'), FED_AS_BUILT_IN],
    ['left-top as centre', () => asYolov8('left-top and size'), FED_AS_BUILT_IN],
    ['x and y exchanged', () => permuted([1, 0, 3, 2, 4, 5, 6, 7]), {}],
  ])('other labels and wrong boxes: %s', async (_what, content, input) => {
    await expect(addHere(content(), { labels: 'x1,x2,x3', input })).rejects.toThrow(
      /none of its labels is annotated, and boxes of any label fit only \d+ of the 11 annotated objects/,
    );
  });

  test('the same layout with right boxes', async () => {
    const options = { labels: 'x1,x2,x3', input: FED_AS_BUILT_IN };
    const { manifest } = await addHere(asYolov8('centre and size'), options);
    expect(manifest).toMatchObject({ family: 'yolov8', checked: { boxes: true, classes: false } });
  });

  test('own golden pictures without annotations prove nothing', async () => {
    const { output, manifest } = await addHere(counterNano(), { labels: 'x1,x2,x3', golden: GOLDEN });
    expect(manifest.checked).toEqual({ boxes: false, classes: false, colour: false });
    expect(output).toContain('nothing. NOT checked: boxes, class names, order of colours.');
  });

  const when = existsSync(NANODET) ? test : test.skip;
  when('the order of colours is checked where the other one is clearly worse (needs ../shared/data)', async () => {
    const { output, manifest } = await addHere(readFileSync(NANODET), {});
    expect(manifest.checked).toEqual({ boxes: true, classes: true, colour: true });
    expect(output).toContain('Checked by the golden pictures: boxes, class names, order of colours.');
  });

  test('the order of colours is not checked where both are as good', async () => {
    const colours = { labels: 'car,apple,potted plant', family: 'yolox', input: { colour: 'RGB' } } as const;
    const { output, manifest } = await addHere(ofGrey(counterNano()), colours);
    expect(manifest.checked).toMatchObject({ boxes: true, classes: true, colour: false });
    expect(output).toContain('Checked by the golden pictures: boxes, class names. NOT checked: order of colours.');
  });
});

describe('classes counted from 0 or 1', () => {
  test('without a known label the readings are listed, and one is to be chosen', async () => {
    const { message } = await addHere(asSsd(2), { labels: EIGHTY, input: FED_AS_BUILT_IN, iou: 0.45 }).catch(
      (error) => error,
    );
    expect(message).toMatch(/^Expected one reading of the outputs, received several that are equally plausible/);
    const [fromOne, fromZero] = message.split(/classes from /).slice(1);
    expect(fromOne).toMatch(/^1\): --family ssd --boxes xyxy,pixels,1\n {4}apples\.jpg: 5 k2\n {4}cars\.jpg: \d k1/);
    expect(fromZero).toMatch(/^0\): --family ssd --boxes xyxy,pixels,0\n {4}apples\.jpg: 5 k3\n {4}cars\.jpg: \d k2/);
  });

  test('the chosen one is taken, and its class names stay unchecked', async () => {
    const boxes = { order: 'xyxy', unit: 'pixels', firstClass: 0 } as const;
    const { manifest } = await addHere(asSsd(2), { labels: EIGHTY, input: FED_AS_BUILT_IN, boxes });
    expect(manifest).toMatchObject({ boxes, checked: { boxes: true, classes: false } });
  });

  test.each([
    [2, 0],
    [3, 1],
  ])('known labels in another spelling decide: numbers from %i, first class %i', async (from, firstClass) => {
    const { manifest } = await addHere(asSsd(from), { labels: KNOWN_AT_2, input: FED_AS_BUILT_IN });
    expect(manifest).toMatchObject({ boxes: { firstClass }, checked: { boxes: true, classes: true } });
  });
});
