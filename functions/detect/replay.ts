import type { ReplayAnswer, ReplayEvent } from '../api/events.ts';
import { parseOptions } from '../api/options.ts';
import { problemFor } from '../api/problems.ts';
import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import { pictureOf } from '../records/recorded-picture.ts';
import type { DetectContext, Invocation } from './context.ts';
import { fromMetadata } from './option-metadata.ts';
import { runModel } from './predict.ts';
import type { ModelPrediction } from './prediction.ts';

/**
 * Predicts a recorded request again, with its options. Stores nothing and records no metrics, because it is not a
 * caller's request.
 */
export async function answerReplay(
  { id }: ReplayEvent,
  invocation: Invocation,
  context: DetectContext,
): Promise<ReplayAnswer> {
  const { function_version } = invocation.release;
  try {
    const { result } = await replay(id, invocation, context);
    const { detections, timing_ms, fingerprint } = result;
    const luminance = fingerprint?.luminance;
    return { status: 'done', function_version, detections, timing_ms, ...(luminance !== undefined && { luminance }) };
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return { status: 'gone', function_version };
    context.telemetry.logger.error('replay failed', { id, error: error as Error });
    return { status: 'failed', function_version, problem: problemFor(error, invocation.id) };
  }
}

async function replay(id: string, invocation: Invocation, context: DetectContext): Promise<ModelPrediction> {
  const { settings, objects } = context;
  const recorded = storedResultSchema.parse(await objects.getJson(KEYS.result(settings.name, id)));
  const { key, version } = pictureOf(recorded);
  const { bytes: picture, metadata } = await objects.get(key, version);
  // A rejection has no options, because they can be its reason.
  const options = parseOptions(recorded.status === 'rejected' ? fromMetadata(metadata) : asTexts(recorded.request));
  return runModel({ id, picture, options, source: recorded.source, invocation, createdAt: new Date() }, context);
}

/** As text, so that recorded options are checked like a caller's: the ranges may have changed since. */
function asTexts(request: Readonly<Record<string, unknown>>): Map<string, string[]> {
  return new Map(Object.entries(request).map(([name, value]) => [name, [String(value)]]));
}
