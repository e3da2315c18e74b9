import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenFindings } from '../../../functions/detection/golden-findings.ts';
import { machineName, RUNTIME } from '../../../functions/detection/machine.ts';
import { loadModel, type Manifest, readManifest } from '../../../functions/detection/model.ts';
import * as ort from '../../../functions/detection/onnxruntime.ts';
import { readWeights } from '../../../functions/detection/weights.ts';
import { explainGolden } from '../../../functions/judge/explain-event.ts';
import { checkGolden } from '../../../functions/judge/golden-check.ts';
import { milliseconds } from '../../../functions/report/format.ts';
import type { Output } from '../../terminal/terminal.ts';
import { sha256Of } from '../fetch/download.ts';
import { formatJson } from '../files/format-json.ts';
import { packageFolder } from '../files/package-folder.ts';
import { writeWhole } from '../files/write-whole.ts';
import { plainTable } from '../report/table.ts';
import { compareSpeed, type SpeedPair } from '../run/compare-speed.ts';

export interface OptimizeOptions {
  readonly models: string;
  /** Keeps the file even without a gain. */
  readonly force?: boolean;
}

/** The optimized model has no gain, or other detections. */
export class NoImprovementError extends Error {
  override readonly name = 'NoImprovementError';
}

/** Largest accepted ratio of inference times. */
const MOST_SLOWDOWN = 1.1;

/** Largest ratio of load times that is a gain. */
const LEAST_GAIN = 0.9;

/**
 * `model optimize`: writes ONNX Runtime's optimized model for this type of machine and measures the gain. All other
 * machines keep using `model.onnx`.
 * @throws UnknownModelError, ModelPackageError; NoImprovementError without a gain, or with other detections
 */
export async function optimizeCommand(name: string, { models, force }: OptimizeOptions, output: Output): Promise<void> {
  const folder = await packageFolder(models, name);
  const before = await readManifest(folder);
  // Throws where model.onnx is not that of the manifest, under whose SHA-256 the result is served.
  await readWeights(folder, { ...before, optimized: [] });
  const file = `model.${machineName().replace(/[^\w-]+/g, '-')}.ort`;
  const former = existsSync(join(folder, file)) ? await readFile(join(folder, file)) : undefined;
  await writeOptimized(join(folder, 'model.onnx'), join(folder, file));
  const text = await readFile(join(folder, 'model.json'), 'utf8');
  const written = {
    file,
    sha256: await sha256Of(join(folder, file)),
    of: before.sha256,
    runtime: RUNTIME,
    machine: machineName(),
  };
  await writeWhole(join(folder, 'model.json'), formatJson(withOptimized(JSON.parse(text), written)));
  try {
    await checkSame(folder);
    const speed = await compareSpeed(join(folder, 'model.onnx'), join(folder, file), before);
    output.print(await inWords(folder, file, speed));
    if (!force) checkGain(speed);
  } catch (error) {
    await writeWhole(join(folder, 'model.json'), text);
    // The manifest names the file of an earlier run, which has served.
    if (former) await writeWhole(join(folder, file), former);
    else await rm(join(folder, file));
    throw error;
  }
  output.print(
    `Wrote ${join(folder, file)} for ${machineName()} with ONNX Runtime ${RUNTIME}. Other machines use model.onnx.`,
  );
}

async function writeOptimized(from: string, to: string): Promise<void> {
  const session = await ort.InferenceSession.create(from, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    optimizedModelFilePath: to,
    extra: { session: { save_model_format: 'ORT' } },
    logSeverityLevel: 3,
  });
  await session.release();
}

/** The raw manifest with this file; it replaces an older one for the same machine. */
function withOptimized(
  raw: { optimized?: Manifest['optimized'] },
  written: NonNullable<Manifest['optimized']>[number],
) {
  const others = raw.optimized?.filter(({ file }) => file !== written.file) ?? [];
  return { ...raw, optimized: [...others, written] };
}

async function checkSame(folder: string): Promise<void> {
  const model = await loadModel(folder);
  try {
    const result = checkGolden(await goldenFindings(folder, model));
    if (!result.passed)
      throw new NoImprovementError(
        `Expected the same detections from the optimized model, received: ${explainGolden(result)}; ` +
          'the file was deleted',
      );
  } finally {
    await model.release();
  }
}

async function inWords(folder: string, file: string, { load, infer }: SpeedPair): Promise<string> {
  const megabytes = async (name: string) => ((await stat(join(folder, name))).size / 1e6).toFixed(1);
  return plainTable(
    ['', 'model.onnx', file],
    [
      ['load, ms', milliseconds(load.before), milliseconds(load.after)],
      ['inference, ms', milliseconds(infer.before), milliseconds(infer.after)],
      ['MB', await megabytes('model.onnx'), await megabytes(file)],
    ],
  );
}

function checkGain({ load, infer }: SpeedPair): void {
  const faster = load.after <= load.before * LEAST_GAIN;
  const slowed = infer.after > infer.before * MOST_SLOWDOWN;
  if (faster && !slowed) return;
  const why = slowed ? 'inference became slower' : 'it does not load faster';
  throw new NoImprovementError(`Expected a gain, received none: ${why}; the file was deleted (--force keeps it)`);
}
