import { addHere } from './add-here.ts';
import { FEEDS, fed } from './feeds.ts';
import { asLists, asRows } from './heads.ts';
import { counterNano, decoded } from './layouts.ts';
import { withMetadata } from './rewired.ts';
import { asFilteredRows, asYolov8, ofBytes, ofNormalised, withoutBatch, withRawHeads } from './variants.ts';

const LABELS = 'car,apple,potted plant';
const PIXELS = { colour: 'BGR', scale: 1, fit: { kind: 'letterbox', position: 'top-left', pad: 114 } } as const;
const FOUND = '11 of 11 annotated objects found';

describe('model add takes exports that differ from the usual one', () => {
  test.each<[string, () => Uint8Array, object]>([
    ['bytes', () => ofBytes(counterNano()), { family: 'yolox', input: { type: 'uint8', colour: 'BGR', scale: 1 } }],
    ['YOLOX --decode_in_inference', decoded, { family: 'yolov5', input: PIXELS }],
    [
      'legacy YOLOX',
      () => ofNormalised(counterNano()),
      { family: 'yolox', input: { colour: 'RGB', std: [58.395, 57.12, 57.375] } },
    ],
    ['raw heads beside the output', withRawHeads, { family: 'yolox', outputs: ['output'] }],
    ['no batch of one', withoutBatch, { family: 'yolox', outputs: ['rows'] }],
  ])('%s', async (_what, content, expected) => {
    const { output, manifest } = await addHere(content());
    expect(output).toContain(FOUND);
    expect(manifest).toMatchObject(expected);
  });

  test('bytes as of YOLOv8', async () => {
    const input = { colour: 'BGR', fit: PIXELS.fit } as const;
    const { output, manifest } = await addHere(ofBytes(asYolov8('centre and size')), { labels: LABELS, input });
    expect(output).toContain(FOUND);
    expect(manifest).toMatchObject({ family: 'yolov8', input: { type: 'uint8', scale: 1 } });
  });

  test('suppression inside: as many rows as objects, none in a grey picture', async () => {
    const { output, manifest } = await addHere(asFilteredRows(), { labels: LABELS, input: PIXELS });
    expect(output).toContain('output "rows" float32 [1, 0, 6]');
    expect(output).toContain(FOUND);
    expect(manifest).toMatchObject({ family: 'end-to-end', outputs: ['rows'] });
  });

  test.each<[string, () => Uint8Array, object]>([
    [
      'rows of 7 in an unusual order',
      () => asRows(['zero', 'class', 'score', 'left', 'top', 'right', 'bottom']),
      { family: 'end-to-end', rows: { columns: expect.arrayContaining(['unused', 'class']), unit: 'pixels' } },
    ],
    [
      'boxes with scores, and classes, as of mmdeploy',
      () => asLists({ dets: ['left', 'top', 'right', 'bottom', 'score'], labels: ['class'] }),
      { family: 'ssd', outputs: ['dets', 'labels'] },
    ],
  ])('%s', async (_what, content, expected) => {
    const { output, manifest } = await addHere(content());
    expect(output).toContain(FOUND);
    expect(manifest).toMatchObject({ ...expected, checked: { boxes: true, classes: true } });
  });

  test('other pixels than those of its family, and says so', async () => {
    const { output, manifest } = await addHere(fed(counterNano(), FEEDS.rgb01));
    expect(output).toContain(
      'The golden pictures give clearly better results with RGB, 0–1 than with the usual input of yolox: ' +
        'the manifest has these. Compare them with the training of the model.',
    );
    expect(manifest).toMatchObject({ family: 'yolox', input: { colour: 'RGB', scale: 1 / 255 } });
  });

  test('names in the metadata as a list', async () => {
    const listed = withMetadata(counterNano(), { names: `['car', 'apple', 'potted plant']` });
    const { output, manifest } = await addHere(listed, {});
    expect(output).toContain(FOUND);
    expect(manifest.labels).toEqual(['car', 'apple', 'potted plant']);
  });
});

describe('model add refuses in sentences', () => {
  test('a scale for bytes', async () => {
    await expect(addHere(ofBytes(counterNano()), { labels: LABELS, input: { scale: 1 / 255 } })).rejects.toMatchObject({
      name: 'UnsupportedModelError',
      message: expect.stringMatching(
        /^Expected a valid manifest.*input: expected scale 1, mean 0 and std 1, because uint8 takes/,
      ),
    });
  });

  test('another size than the fixed one', async () => {
    await expect(addHere(counterNano(), { labels: LABELS, size: { width: 640, height: 640 } })).rejects.toThrow(
      'Expected an input of 640 × 640 as in --size, received "images" float32 [1, 3, 416, 416], whose size is fixed; ' +
        'export it with this size or with an open one (dynamic axes), or leave out --size',
    );
  });

  test('repeated names in the metadata', async () => {
    const names = `{0: 'car', 1: 'car', 2: 'apple'}`;
    await expect(addHere(withMetadata(counterNano(), { names }), {})).rejects.toThrow(
      'Expected each label once in the file’s metadata "names", received car twice',
    );
  });
});
