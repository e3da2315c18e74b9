import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCommand } from '../../../cli/model/commands/add.ts';
import { joinExternalWeights } from '../../../cli/model/package/external-weights.ts';
import { readJson, temporaryFolder } from './command.ts';
import { counterNano } from './layouts.ts';
import { twoFiles } from './two-file-model.ts';

/** Writes files into a folder and adds `detector.onnx`. */
async function add(files: Readonly<Record<string, Uint8Array>>, prepare: (folder: string) => void = () => {}) {
  const [folder, models] = [temporaryFolder(), temporaryFolder()];
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  prepare(folder);
  const options = { models, labels: 'car,apple,potted plant', input: {}, packageVersion: '1.0.0' };
  const output = { print: () => {}, note: () => {} };
  const error = await addCommand(join(folder, 'detector.onnx'), options, output).catch((cause: Error) => cause);
  return { folder: join(models, 'detector'), error, left: readdirSync(models) };
}

describe('a model in two files', () => {
  test('is joined into one, with the same detections to the bit', async () => {
    const { model, data } = twoFiles('detector.onnx.data');
    const [two, one] = [
      await add({ 'detector.onnx': model, 'detector.onnx.data': data }),
      await add({ 'detector.onnx': counterNano() }),
    ];
    expect([two.error, one.error]).toEqual([undefined, undefined]);
    expect(readFileSync(join(two.folder, 'golden/expected.json'))).toEqual(
      readFileSync(join(one.folder, 'golden/expected.json')),
    );
    const joined = readFileSync(join(two.folder, 'model.onnx'));
    expect(readJson(join(two.folder, 'model.json')).sha256).toBe(createHash('sha256').update(joined).digest('hex'));
    // The order of the fields within a tensor is free; everything else is equal.
    expect(joined.length).toBe(counterNano().length);
  });

  const elsewhere = twoFiles('weights.bin');
  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'missing',
      {},
      /^Expected weights of the model in weights\.bin beside it, received no such file; copy the file there, or /,
    ],
    [
      'too short',
      { 'weights.bin': elsewhere.data.subarray(0, 1_000_000) },
      /^Expected at least \d+ bytes in weights\.bin, received 1000000: the file is incomplete or of another /,
    ],
  ])('%s: refused with the remedy', async (_what, files, expected) => {
    const { error, left } = await add({ 'detector.onnx': elsewhere.model, ...files });
    expect(error).toMatchObject({ name: 'UnsupportedModelError', message: expect.stringMatching(expected) });
    expect((error as Error).message).toContain('or export it in one file (torch.onnx.export(…, external_data=False))');
    expect(left).toEqual([]);
  });

  test.each(['../weights.bin', '/etc/hostname', 'inner/weights.bin', '..', 'C:weights.bin', 'a\\b', 'a\0b'])(
    'the location %j is refused, although the file exists',
    async (location) => {
      const { model, data } = twoFiles(location);
      const { error } = await add({ 'detector.onnx': model }, (folder) => {
        mkdirSync(join(folder, 'inner'));
        writeFileSync(join(folder, 'inner/weights.bin'), data);
      });
      expect(error).toMatchObject({
        message: expect.stringContaining(
          `Expected weights in a file beside the model, received the location ${JSON.stringify(location)}`,
        ),
      });
    },
  );

  test('a link is refused', async () => {
    const outside = join(temporaryFolder(), 'weights.bin');
    writeFileSync(outside, elsewhere.data);
    const { error } = await add({ 'detector.onnx': elsewhere.model }, (folder) =>
      symlinkSync(outside, join(folder, 'weights.bin')),
    );
    expect(error).toMatchObject({
      message: expect.stringContaining('weights.bin beside it, received no regular file'),
    });
  });

  test('a part that does not fit the tensor is refused', async () => {
    const bytes = Buffer.from(elsewhere.model);
    const at = bytes.indexOf('length');
    // The first digit of the length of the first tensor.
    bytes[at + 8] = '9'.charCodeAt(0);
    const { error } = await add({ 'detector.onnx': bytes, 'weights.bin': elsewhere.data });
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Expected \d+ bytes in a file for the tensor ".*", received /),
    });
  });

  test('over the limit of a file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'model.onnx');
    writeFileSync(path, elsewhere.model);
    writeFileSync(join(folder, 'weights.bin'), elsewhere.data);
    const joining = joinExternalWeights({ kind: 'file', path }, path, elsewhere.model.length + 1000);
    await expect(joining).rejects.toThrow(
      'Expected less than 2 GiB with all weights, received more; use a smaller model',
    );
  });

  test('from an address', async () => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, elsewhere.model);
    const source = { kind: 'address', url: new URL('https://example.com/detector.onnx') } as const;
    await expect(joinExternalWeights(source, path)).rejects.toThrow(
      'Expected a model in one file, received one with weights in weights.bin; download this file too',
    );
  });
});
