/** Runs one model over pictures in a process of its own, so that its memory can be told apart and a crash stays here. */
import { readFile } from 'node:fs/promises';
import { detect, type Step, type StepTimer } from '../../../functions/detection/detect.ts';
import { loadModel, type Model } from '../../../functions/detection/model.ts';
import type { PictureAnswer, RunMessage, RunRequest } from './protocol.ts';

process.once('disconnect', () => process.exit());
process.once('message', (request: RunRequest) => {
  run(request).finally(() => process.disconnect());
});

async function run(request: RunRequest): Promise<void> {
  let picture: string | undefined;
  try {
    const start = performance.now();
    const model = withThresholds(await loadModel(request.folder, { threads: request.threads ?? 1 }), request.perLabel);
    const loadMs = performance.now() - start;
    const loaded = megabytes(process.memoryUsage.rss());
    // A first run also fills caches, and no endpoint answers with it for long: it is not timed.
    for (picture of request.pictures.slice(0, 1)) await answerOne(model, picture, undefined);
    for (picture of request.pictures) {
      await tell({ kind: 'answer', answer: await answerOne(model, picture, request.floor) });
    }
    await tell({ kind: 'done', loadMs, memory: { loaded, peak: megabytes(process.resourceUsage().maxRSS * 1024) } });
  } catch (error) {
    const { name, message } = error as Error;
    await tell({ kind: 'failed', name, message, ...(picture === undefined ? {} : { picture }) });
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function tell(message: RunMessage): Promise<void> {
  return new Promise((resolve, reject) =>
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );
}

function withThresholds(model: Model, perLabel: RunRequest['perLabel'] = {}): Model {
  const { thresholds } = model.manifest;
  const merged = { ...thresholds, perLabel: { ...thresholds.perLabel, ...perLabel } };
  return { ...model, manifest: { ...model.manifest, thresholds: merged } };
}

async function answerOne(model: Model, path: string, floor: number | undefined): Promise<PictureAnswer> {
  const bytes = await readFile(path);
  const once = inferringOnce(model);
  const timing: Partial<Record<Step, number>> = {};
  const { image, detections: served } = await detect(once, bytes, { annotate: false }, stopwatch(timing));
  const candidates =
    floor === undefined ? [] : (await detect(openedUp(once, floor), bytes, { annotate: false })).detections;
  return { image, served, candidates, timing };
}

function stopwatch(timing: Partial<Record<Step, number>>): StepTimer {
  return async (step, work) => {
    const start = performance.now();
    const result = await work();
    timing[step] = performance.now() - start;
    return result;
  };
}

/** The second question is about the same picture, so it gets the first one's outputs. */
function inferringOnce(model: Model): Model {
  let outputs: ReturnType<Model['infer']> | undefined;
  return {
    ...model,
    infer: (tensor) => {
      outputs ??= model.infer(tensor);
      return outputs;
    },
  };
}

/** The model with one low threshold for all labels, whatever requests may ask for. */
function openedUp(model: Model, confidence: number): Model {
  const thresholds = { ...model.manifest.thresholds, confidence, perLabel: {} };
  return { ...model, manifest: { ...model.manifest, thresholds } };
}
