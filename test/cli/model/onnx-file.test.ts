import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { NotOnnxError, readOnnx } from '../../../cli/model/onnx/onnx-file.ts';
import { fieldsOf, WireError } from '../../../cli/model/onnx/wire.ts';
import { tinyOnnx } from '../../detection/fixtures/tiny-onnx.ts';
import { message, number, part, text } from '../../detection/fixtures/wire.ts';
import { COUNTER_NANO } from './command.ts';

const BUILT_IN = readFileSync(join(COUNTER_NANO, 'model.onnx'));

describe('an ONNX file', () => {
  test('tells its writer, operator sets and operators', () => {
    const file = readOnnx(BUILT_IN);
    expect(file).toMatchObject({ opsets: { 'ai.onnx': 13 }, metadata: {}, externalFiles: [] });
    expect(file.producer).toMatch(/^pytorch \d/);
    expect(file.irVersion).toBeGreaterThanOrEqual(7);
    expect(file.operators.Conv).toBeGreaterThan(20);
    expect(Object.keys(file.outputOperators)).toEqual(['output']);
  });

  test('tells its metadata, and which operator makes an output', () => {
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

  test('tells the files that its weights are in', () => {
    const elsewhere = part(13, message(text(1, 'location'), text(2, 'weights.bin')));
    const graph = message(part(5, message(number(2, 1), elsewhere, number(14, 1))));
    expect(readOnnx(message(number(1, 8), part(7, graph))).externalFiles).toEqual(['weights.bin']);
  });
});

describe('what is none', () => {
  const bytes = (value: string) => Buffer.from(value, 'latin1');

  test.each([
    ['nothing', Buffer.alloc(0), 'expected an ONNX model, received an empty file; download or export it again'],
    [
      'a page',
      bytes('\n<!DOCTYPE html><html>'),
      'received an HTML or XML page; the address leads to a page about the file, not to the file',
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
      'expected an ONNX model, received JSON; give the model’s .onnx file, or an address that answers it',
    ],
    ['text', bytes('hello, this is a model'), 'that break off or are something else'],
    ['a message without a graph', message(number(1, 8)), 'received a file without a graph'],
  ])('%s', (_what, content, expected) => {
    expect(() => readOnnx(content)).toThrow(NotOnnxError);
    expect(() => readOnnx(content)).toThrow(expected);
  });

  test.each([0.1, 0.5, 0.99])('a model cut off at %p of its bytes', (share) => {
    const cut = BUILT_IN.subarray(0, Math.floor(BUILT_IN.length * share));
    expect(() => readOnnx(cut)).toThrow(
      /^expected a whole ONNX model, received \d+ bytes that break off or are something else .*; download or export it again$/,
    );
  });

  test('whatever the bytes: a model or a refusal, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        try {
          readOnnx(content);
        } catch (error) {
          expect(error).toBeInstanceOf(NotOnnxError);
        }
      }),
    );
  });
});

describe('protocol buffers', () => {
  test('fields of every wire type', () => {
    const fixed = new Uint8Array([...message(number(1, 300)), 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 9, 9, 9, 9]);
    expect([...fieldsOf(fixed)]).toEqual([
      { number: 1, value: 300n },
      { number: 2, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
      { number: 3, bytes: Uint8Array.of(9, 9, 9, 9) },
    ]);
  });

  test('numbers come back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500_000 }), fc.maxSafeNat(), (field, value) => {
        expect([...fieldsOf(number(field, value))]).toEqual([{ number: field, value: BigInt(value) }]);
      }),
    );
  });

  test.each([
    [[0x0b], 'expected a wire type of 0, 1, 2 or 5, received 3 at byte 1'],
    [[0x00], 'expected a field, received the number 0 at byte 0'],
    [[0x0a, 0x05, 0x01], 'expected 5 bytes from byte 2 on, received the end at byte 3'],
    [[0x08, 0xff], 'expected a number, received the end at byte 2'],
    [[0x08, ...new Array(11).fill(0xff)], 'expected a number of at most 10 bytes, received more before byte 11'],
  ])('%j is refused', (content, expected) => {
    expect(() => [...fieldsOf(Uint8Array.from(content))]).toThrow(new WireError(expected));
  });
});
