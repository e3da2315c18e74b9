import type { Context } from 'aws-lambda';
import type { ReplayAnswer, ReplayEvent } from '../api/events.ts';
import { parseOptions } from '../api/options.ts';
import { problemFor } from '../api/problems.ts';
import { storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { Door } from './context.ts';
import { answerQuestion } from './prediction.ts';
import { releaseOf } from './release.ts';

/** Answers a recorded request again, with the options that came with it. */
export async function answerReplay({ id }: ReplayEvent, context: Context, door: Door): Promise<ReplayAnswer> {
  const { function_version } = releaseOf(context);
  try {
    const { result } = await replay(id, context, door);
    return { status: 'done', function_version, detections: result.detections, timing_ms: result.timing_ms };
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return { status: 'gone', function_version };
    door.telemetry.logger.error('replay failed', { id, error: error as Error });
    return { status: 'failed', function_version, problem: problemFor(error, context.awsRequestId) };
  }
}

async function replay(id: string, context: Context, door: Door) {
  const { settings, objects, models } = door;
  const [input, stored] = await Promise.all([
    objects.get(KEYS.input(settings.name, id)),
    objects.getJson(KEYS.result(settings.name, id)),
  ]);
  const recorded = storedResultSchema.parse(stored);
  if (recorded.status === 'rejected') throw new ObjectNotFoundError(KEYS.input(settings.name, id));
  const options = parseOptions(asTexts(recorded.request));
  const model = options.model === undefined ? await models.first() : await models.named(options.model);
  const source = { kind: 'http' } as const;
  const question = {
    id,
    picture: input.bytes,
    options,
    model,
    source,
    release: releaseOf(context),
    now: new Date(),
  };
  return answerQuestion(question, settings);
}

/** Recorded options are checked like a caller's: bounds may have changed since. */
function asTexts(request: Readonly<Record<string, unknown>>): Map<string, string[]> {
  return new Map(Object.entries(request).map(([name, value]) => [name, [String(value)]]));
}
