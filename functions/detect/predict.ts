import { KEYS } from '../contract.ts';
import { detect, type StepTimer } from '../detection/detect.ts';
import type { Objects } from '../platform/objects.ts';
import { sha256Of } from '../records/fingerprint.ts';
import { uploadName } from '../records/recorded-requests.ts';
import type { DetectContext } from './context.ts';
import { decisionOf, humanRequest } from './human.ts';
import { InputPut, PICTURE_TYPE } from './input-put.ts';
import type { ModelPrediction, Prediction, PredictionRequest } from './prediction.ts';
import { round, stopwatch } from './stopwatch.ts';
import { detectOptions, storedPrediction } from './stored-prediction.ts';
import { claimTicket, putUploadResult, ticketedSource } from './ticket.ts';

/**
 * The path of a picture, the same for HTTP requests and uploads: choose the model, run it, store the result, record the
 * metrics. No model runs where a human answers.
 * @param startedAt when the request began, milliseconds of `performance.now()`; see `METRIC.duration`
 * @returns the prediction, with the times of storing and of the whole request in `timing_ms`
 * @throws InvalidOptionsError, StoreUnavailableError, ModelPackageError, every error of `detect`
 */
export async function predict(
  request: PredictionRequest,
  startedAt: number,
  context: DetectContext,
): Promise<Prediction> {
  const { models, settings, objects } = context;
  models.check(request.options.model);
  const input = new InputPut(request, context);
  const prediction: Prediction =
    settings.answeredBy === 'human'
      ? { answeredBy: 'human', result: await humanRequest(request, settings) }
      : await runThenStoreInput(request, context, input);
  const beforeStore = performance.now();
  await Promise.all([input.stored(), store(prediction, request.picture, objects)]);
  const now = performance.now();
  return record(prediction, { store: now - beforeStore, total: now - startedAt }, request, context);
}

async function runThenStoreInput(
  request: PredictionRequest,
  context: DetectContext,
  input: InputPut,
): Promise<ModelPrediction> {
  try {
    return await runModel(request, context, () => input.begin());
  } catch (error) {
    await input.settled();
    throw error;
  }
}

/**
 * Chooses the model and runs it on the picture. Stores and records nothing, so it is all that a replay needs.
 * @param onDetected called when the model has run, before its detections are drawn
 * @throws InvalidOptionsError, ModelPackageError, every error of `detect`
 */
export async function runModel(
  request: PredictionRequest,
  { models, settings }: DetectContext,
  onDetected = () => {},
): Promise<ModelPrediction> {
  const model = await models.load(request.options.model);
  const watch = stopwatch();
  const time: StepTimer = (step, work) => {
    if (step === 'draw') onDetected();
    return watch.time(step, work);
  };
  const { annotated, ...found } = await detect(
    model,
    request.picture,
    detectOptions(request.options, settings, request.invocation),
    time,
  );
  if (!annotated) throw new Error('Expected an annotated picture from detect, received none');
  const { jpeg, ...size } = annotated;
  const result = storedPrediction(request, settings, {
    ...found,
    annotated: size,
    manifest: model.manifest,
    timing_ms: watch.milliseconds(),
  });
  return { answeredBy: 'model', result, jpeg };
}

/**
 * Stores a prediction. The result is written last, so that a readable result is complete even if the process ends in
 * between. A model's answer to an HTTP request is written at once, because no caller has its id before the answer.
 * @throws TicketUsedError, StoreUnavailableError
 */
async function store(prediction: Prediction, picture: Uint8Array, objects: Objects): Promise<void> {
  const { result } = prediction;
  const { id, endpoint } = result;
  const ticketed = ticketedSource(result);
  const decision = decisionOf(result);
  const stored = pictureOf(prediction, picture);
  if (ticketed) await claimTicket(objects, id, ticketed, stored);
  const isUpload = result.source.kind === 'upload';
  const atOnce = prediction.answeredBy === 'model' && !isUpload;
  const putResult = () => objects.putJson(KEYS.result(endpoint, id), result);
  await Promise.all([
    !ticketed && objects.put(stored.key, stored.bytes, stored.contentType, stored.sha256),
    decision && objects.putJson(KEYS.decision(endpoint, id), decision),
    atOnce && putResult(),
  ]);
  if (!isUpload && !atOnce) await putResult();
  // After the result, so that an event that comes twice notes no upload twice.
  if (isUpload && (await putUploadResult(objects, result)) && isNoted(prediction))
    await objects.putJson(KEYS.input(endpoint, nameOf(result)), { id });
}

/**
 * The picture that is stored with a prediction: the annotated one. Where a human answers, it is the caller's, and every
 * one, because candidates are compared with the human on it.
 */
function pictureOf(prediction: Prediction, picture: Uint8Array): Picture {
  const { id, endpoint } = prediction.result;
  if (prediction.answeredBy === 'human')
    return { key: KEYS.input(endpoint, id), bytes: picture, contentType: PICTURE_TYPE, sha256: sha256Of(picture) };
  return { key: prediction.result.annotated.key, bytes: prediction.jpeg, contentType: 'image/jpeg' };
}

interface Picture {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Of the bytes, hexadecimal, where it is known. */
  readonly sha256?: string | undefined;
}

function nameOf({ created_at, id }: Prediction['result']): string {
  return uploadName(Date.parse(created_at), id);
}

/** An upload is kept where it is, so a shadow needs only a note of it. */
function isNoted({ answeredBy, result }: Prediction): boolean {
  return answeredBy === 'model' && result.source.kind === 'upload' && result.captured;
}

function record(
  prediction: Prediction,
  times: { readonly store: number; readonly total: number },
  { id, source, picture }: PredictionRequest,
  { telemetry }: DetectContext,
): Prediction {
  const total = round(times.total, 2);
  const about = { id, source, bytes: picture.length };
  if (prediction.answeredBy === 'human') {
    telemetry.record({ ending: 'prediction', durationMs: total });
    telemetry.logger.info('stored for a human', about);
    return prediction;
  }
  const { total: _detection, ...detection } = prediction.result.timing_ms;
  const steps = { ...detection, store: round(times.store, 2) };
  const timing_ms = { ...steps, total };
  const { count } = prediction.result;
  telemetry.record({ ending: 'prediction', durationMs: total, objects: count, steps });
  telemetry.logger.info('predicted', { ...about, count, timing: timing_ms });
  return { ...prediction, result: { ...prediction.result, timing_ms } };
}
