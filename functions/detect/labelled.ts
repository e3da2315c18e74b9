import type { LabelledEvent, ReplayAnswer } from '../api/events.ts';
import { problemFor } from '../api/problems.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { DetectContext, Invocation } from './context.ts';
import { runModel } from './predict.ts';

/**
 * Predicts a labelled photo with the endpoint's options, and its first model. Stores nothing and records no metrics,
 * because it is not a caller's request.
 */
export async function answerLabelled(
  { photo }: LabelledEvent,
  invocation: Invocation,
  context: DetectContext,
): Promise<ReplayAnswer> {
  const { settings, objects, telemetry } = context;
  const { function_version } = invocation.release;
  try {
    const { bytes: picture } = await objects.get(`${KEYS.labels(settings.name)}${photo}`);
    const request = { id: photo, picture, options: {}, source: { kind: 'http' }, createdAt: new Date() } as const;
    const { result } = await runModel({ ...request, invocation }, context);
    const { detections, timing_ms, image } = result;
    return { status: 'done', function_version, detections, timing_ms, image };
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return { status: 'gone', function_version };
    telemetry.logger.error('a labelled photo failed', { photo, error: error as Error });
    return { status: 'failed', function_version, problem: problemFor(error, invocation.id) };
  }
}
