/** Runs one model over pictures in a separate process, to measure its memory and to isolate crashes. */
import { readFile } from 'node:fs/promises';
import { detect, type Step, type StepTimer } from '../../../functions/detection/detect.ts';
import { loadModel, type Model } from '../../../functions/detection/model.ts';
import { withCachedOutputs } from './output-cache.ts';
import { type PictureAnswer, PROTOCOLS, type RunMessage, type RunRequest } from './protocol.ts';

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
    // The first run is not timed, because it also fills caches.
    for (picture of request.pictures.slice(0, 1)) await answerOne(model, picture, {});
    for (picture of request.pictures) {
      await send({ kind: 'answer', answer: await answerOne(model, picture, request) });
    }
    await send({ kind: 'done', loadMs, memory: { loaded, peak: megabytes(process.resourceUsage().maxRSS * 1024) } });
  } catch (error) {
    const { name, message } = error as Error;
    await send({ kind: 'failed', name, message, ...(picture === undefined ? {} : { picture }) });
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function send(message: RunMessage): Promise<void> {
  return new Promise((resolve, reject) =>
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );
}

function withThresholds(model: Model, perLabel: RunRequest['perLabel'] = {}): Model {
  const { thresholds } = model.manifest;
  const merged = { ...thresholds, perLabel: { ...thresholds.perLabel, ...perLabel } };
  return { ...model, manifest: { ...model.manifest, thresholds: merged } };
}

async function answerOne(
  model: Model,
  path: string,
  { floor, protocol }: Pick<RunRequest, 'floor' | 'protocol'>,
): Promise<PictureAnswer> {
  const bytes = await readFile(path);
  // Because both runs feed the model the same tensor.
  const once = withCachedOutputs(model, new Map(), path);
  const timing: Partial<Record<Step, number>> = {};
  const { image, detections: served } = await detect(once, bytes, { annotate: false }, stopwatch(timing));
  const candidates =
    floor === undefined
      ? []
      : (await detect(underProtocol(withFloor(once, floor), protocol), bytes, { annotate: false })).detections;
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

/** The model with the suppression of a protocol. */
function underProtocol(model: Model, protocol: RunRequest['protocol']): Model {
  if (!protocol) return model;
  const { nms, iou } = PROTOCOLS[protocol];
  return { ...model, manifest: { ...model.manifest, nms, thresholds: { ...model.manifest.thresholds, iou } } };
}

/** The model with one low threshold for all labels. */
function withFloor(model: Model, confidence: number): Model {
  const thresholds = { ...model.manifest.thresholds, confidence, perLabel: {} };
  return { ...model, manifest: { ...model.manifest, thresholds } };
}
