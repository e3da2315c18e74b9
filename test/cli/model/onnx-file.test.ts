import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  BrokenMessageError,
  message as messageType,
  readMessage,
  text as textType,
  whole,
} from '../../../cli/model/onnx/message.ts';
import { NotOnnxError, readOnnx } from '../../../cli/model/onnx/onnx-file.ts';
import { tinyOnnx } from '../../detection/fixtures/tiny-onnx.ts';
import { message, number, part, text } from '../../detection/fixtures/wire.ts';
import { COUNTER_NANO } from './command.ts';

const BUILT_IN = readFileSync(join(COUNTER_NANO, 'model.onnx'));
const TINY = tinyOnnx({
  nodes: [{ op: 'Sigmoid', inputs: ['images'], output: 'output', attributes: { axis: 1 } }],
  constants: [{ name: 'half', dims: [1], values: Float32Array.of(0.5) }],
  metadata: { task: 'detect', names: "{0: 'äpfel'}" },
});

describe('an ONNX file', () => {
  test('reports its producer, operator sets and operators', () => {
    const file = readOnnx(BUILT_IN);
    expect(file).toMatchObject({ opsets: { 'ai.onnx': 13 }, metadata: {}, externalFiles: [] });
    expect(file.producer).toMatch(/^pytorch \d/);
    expect(file.irVersion).toBeGreaterThanOrEqual(7);
    expect(file.operators.Conv).toBeGreaterThan(20);
    expect(Object.keys(file.outputOperators)).toEqual(['output']);
  });

  test('reports its metadata, and the operator of each output', () => {
    const model = tinyOnnx({
      nodes: [{ op: 'Sigmoid', inputs: ['images'], output: 'output' }],
      metadata: { task: 'detect', names: "{0: 'äpfel'}" },
    });
    expect(readOnnx(model)).toMatchObject({
      metadata: { task: 'detect', names: "{0: 'äpfel'}" },
      outputOperators: { output: 'Sigmoid' },
      operators: { Sigmoid: 1 },
    });
  });

  test('reports the files with its weights', () => {
    const elsewhere = part(13, message(text(1, 'location'), text(2, 'weights.bin')));
    const graph = message(part(5, message(number(2, 1), elsewhere, number(14, 1))));
    expect(readOnnx(message(number(1, 8), part(7, graph))).externalFiles).toEqual(['weights.bin']);
  });
});

describe('a file that is no ONNX model', () => {
  const bytes = (value: string) => Buffer.from(value, 'latin1');

  test.each([
    ['nothing', Buffer.alloc(0), 'Expected an ONNX model, received an empty file; download or export it again'],
    [
      'a page',
      bytes('\n<!DOCTYPE html><html>'),
      'received an HTML or XML page; use the address of the file itself, not of a page about it',
    ],
    [
      'a Git LFS pointer',
      bytes('version https://git-lfs.github.com/spec/v1\noid sha256:00'),
      'received a Git LFS pointer, not the file itself; fetch it with git lfs pull',
    ],
    [
      'a PyTorch checkpoint',
      bytes('PK\u0003\u0004…'),
      'received a zip archive (a PyTorch .pt?); export it with torch.onnx.export',
    ],
    ['TensorFlow Lite', bytes('\u001c\0\0\0TFL3'), 'received a TensorFlow Lite model; export it as .onnx (tf2onnx)'],
    [
      'ONNX Runtime’s format',
      bytes('\u0008\0\0\0ORTM'),
      'received ONNX Runtime’s own format; add the .onnx it was made from',
    ],
    ['Keras', bytes('\u0089HDF\r\n\u001a\n'), 'received an HDF5 file (Keras?); export it as .onnx (tf2onnx)'],
    [
      'JSON',
      bytes('{"error": "not found"}'),
      'Expected an ONNX model, received JSON; use the model’s .onnx file or its address',
    ],
    ['text', bytes('hello, this is a model'), 'that are incomplete or of another format'],
    ['a message without a graph', message(number(1, 8)), 'received a file without a graph'],
  ])('%s', (_what, content, expected) => {
    expect(() => readOnnx(content)).toThrow(NotOnnxError);
    expect(() => readOnnx(content)).toThrow(expected);
  });

  test.each([0.1, 0.5, 0.99])('a model cut off at %p of its bytes', (share) => {
    const cut = BUILT_IN.subarray(0, Math.floor(BUILT_IN.length * share));
    expect(() => readOnnx(cut)).toThrow(
      /^Expected a whole ONNX model, received \d+ bytes that are incomplete or of another format \(.*\); download /,
    );
  });

  /** Reads bytes that may be anything. Every other error than `NotOnnxError` fails the test. */
  function readAny(content: Uint8Array): void {
    try {
      readOnnx(content);
    } catch (error) {
      expect(error).toBeInstanceOf(NotOnnxError);
    }
  }

  test('any bytes: a model or NotOnnxError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readAny));
  });

  test('a model cut off anywhere: a model or NotOnnxError', () => {
    for (let length = 0; length < TINY.length; length++) readAny(TINY.subarray(0, length));
    fc.assert(fc.property(fc.nat(BUILT_IN.length), (length) => readAny(BUILT_IN.subarray(0, length))));
  });

  const changes = (most: number) =>
    fc.array(fc.record({ at: fc.nat(most - 1), value: fc.nat(255) }), { minLength: 1, maxLength: 8 });

  test.each([
    ['a small model', TINY, 2000],
    ['the built-in model', BUILT_IN, 20],
  ])('%s with changed bytes: a model or NotOnnxError', (_what, whole, numRuns) => {
    fc.assert(
      fc.property(changes(whole.length), (changed) => {
        const content = Uint8Array.from(whole);
        for (const { at, value } of changed) content[at] = value;
        readAny(content);
      }),
      { numRuns },
    );
  });
});

const FIELDS = { number: [1, whole], text: [2, textType], inner: [3, messageType({ number: [1, whole] })] } as const;

describe('protocol buffers', () => {
  test('fields of every wire type: those of the schema are read, the others skipped', () => {
    const fixed = [0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x2d, 9, 9, 9, 9];
    const inner = message(number(7, 1), number(1, 5));
    const content = Uint8Array.from([
      ...number(9, 300),
      ...fixed,
      ...text(2, 'é'),
      ...part(3, inner),
      ...number(1, 300),
    ]);
    expect(readMessage(content, FIELDS)).toEqual({ number: [300], text: ['é'], inner: [{ number: [5] }] });
  });

  test('a field of another wire type than the schema’s is skipped', () => {
    expect(readMessage(message(text(1, 'one'), number(2, 2)), FIELDS)).toEqual({ number: [], text: [], inner: [] });
  });

  test('numbers come back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500_000 }), fc.maxSafeNat(), (field, value) => {
        expect(readMessage(number(field, value), { value: [field, whole] })).toEqual({ value: [value] });
      }),
    );
  });

  test('a skipped field of 16 MB takes no memory', () => {
    const content = message(part(3, part(9, new Uint8Array(16e6))));
    const before = process.memoryUsage().arrayBuffers;
    expect(readMessage(content, FIELDS).inner).toEqual([{ number: [] }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  test.each([
    [[0x0b], 'Unimplemented type: 3 at byte 1'],
    [[0x00], 'Expected a field number of at least 1, received 0'],
    [[0x12, 0x05, 0x01], 'Expected a message up to byte 3, received a field up to byte 7'],
    [[0x1a, 0x05, 0x01], 'Expected a message up to byte 7, received 3 bytes'],
    [[0x1a, 0x02, 0x12, 0x04, 1, 2, 3, 4], 'Expected a message up to byte 4, received a field up to byte 8'],
    [[0x08, 0xff], 'Expected varint not more than 10 bytes at byte 11'],
    [[0x08, ...new Array(11).fill(0xff)], 'Expected varint not more than 10 bytes at byte 11'],
  ])('%j is refused', (content, expected) => {
    const read = () => readMessage(Uint8Array.from(content), FIELDS);
    expect(read).toThrow(BrokenMessageError);
    expect(read).toThrow(expect.objectContaining({ message: expected }));
  });
});
