import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EvalOptions, evaluateCommand } from '../../../cli/model/commands/eval.ts';
import { MODELS } from '../../../cli/model/files/package-folder.ts';
import type { ReportJson } from '../../../cli/model/report/json.ts';
import { addHere } from './add-here.ts';
import { COUNTER_NANO, ROOT, temporaryFolder } from './command.ts';
import { counterNano } from './layouts.ts';

const LABELS = { labels: 'car,apple,potted plant' };
const LARGER = { width: 480, height: 480 };

/** The built-in model with reshapes that follow its input: its size is declared, but the graph takes any. */
function declaredOnly(): Buffer {
  const model = counterNano();
  for (const cells of [2704n, 676n, 169n]) {
    const at = model.indexOf(Buffer.from(BigInt64Array.of(1n, 7n, cells).buffer));
    model.set(new Uint8Array(BigInt64Array.of(1n, 7n, -1n).buffer), at);
  }
  return model;
}

/** Evaluates a package on the golden pictures. @returns the printed text */
async function evaluate(name: string, options: Partial<EvalOptions>): Promise<string> {
  const lines: string[] = [];
  const truth = join(temporaryFolder(), 'truth.json');
  writeFileSync(truth, readFileSync(join(ROOT, 'cli/model/golden-truth.json')));
  const defaults = { models: MODELS, criterion: 'f1', threads: 1, resamples: 100, seed: 1 } as const;
  const given = { ...defaults, photos: join(COUNTER_NANO, 'golden'), truth, ...options };
  await evaluateCommand(name, given, { print: (line) => lines.push(line), note: () => {} });
  return lines.join('\n');
}

describe('a model whose size is only declared', () => {
  let added: Awaited<ReturnType<typeof addHere>>;
  beforeAll(async () => {
    added = await addHere(declaredOnly(), { ...LABELS, size: LARGER });
  });

  test('model add --size rewrites the declaration, and says what that costs', () => {
    const { output, manifest, models } = added;
    expect(output).toMatch(
      new RegExp(
        '^The size was only declared: the input is now 480 × 480 instead of 416 × 416 \\(1\\.3 times the pixels; one ' +
          'inference takes [\\d.]+ ms instead of [\\d.]+ ms\\)\\. A larger input finds more small objects: compare ' +
          'both on your photos with model eval --try-size 416x416\\.$',
        'm',
      ),
    );
    expect(output).toContain('output "output" float32 [1, 4725, 8]');
    expect(output).toMatch(/(9|10|11) of 11 annotated objects found/);
    const written = readFileSync(join(models, 'detector/model.onnx'));
    expect(manifest).toMatchObject({
      input: LARGER,
      sha256: createHash('sha256').update(written).digest('hex'),
      provenance: expect.stringMatching(/^detector\.onnx; declared input size rewritten, SHA-256 before [0-9a-f]{64}$/),
    });
  });

  test('model eval --try-size compares both sizes by size of object, count error and time', async () => {
    const { models } = added;
    const text = await evaluate('detector', { models, trySize: { width: 416, height: 416 } });
    expect(text).toMatch(
      /│ input +│ AP50-95 % │ small │ medium │ large │ count error │ +bias │ infer, ms │ total, ms │/,
    );
    expect(text).toMatch(/│ 480 × 480 │ +[\d.]+ │ +– │ +– │ +[\d.]+ │/);
    expect(text).toMatch(/│ 416 × 416 │ +[\d.]+ │ +– │ +– │ +[\d.]+ │/);
    expect(text).toContain('416 × 416 has 0.8 times the pixels. To use it: model add <file> --size 416x416.');
    const json = await evaluate('detector', { models, trySize: { width: 416, height: 416 }, json: true });
    const report: ReportJson = JSON.parse(json);
    expect([report.input, report.resized?.input]).toEqual([LARGER, { width: 416, height: 416 }]);
  });
});

test('a model that computes with its size is not tried', async () => {
  await expect(evaluate('counter-nano', { trySize: LARGER })).rejects.toThrow(
    'Expected a model that can take 480 × 480, received one whose size is fixed to 416 × 416; export it with this ' +
      'size or with an open one (dynamic axes), and add it again',
  );
});
