import type { HumanAnswer, HumanRequest, StoredDecision } from '../api/schemas.ts';
import { type EndpointSettings, KEYS } from '../contract.ts';
import { decode } from '../detection/decode.ts';
import type { Objects } from '../platform/objects.ts';
import type { Question } from './prediction.ts';

/** A request as an endpoint in human hands keeps it. */
export interface HumanCase {
  readonly request: HumanRequest;
  readonly decision: StoredDecision | undefined;
}

/**
 * Takes a picture that a human answers. It is decoded, so that a bad one is refused as a model would refuse it, but no
 * model looks at it: nobody would see what it found.
 * @throws every error of `decode`
 */
export async function takeForHuman(question: Omit<Question, 'model'>, settings: EndpointSettings): Promise<HumanCase> {
  const { id, picture, options, source, release, now } = question;
  const limits = { side: settings.maxSide, maxPixels: settings.maxPixels, maxBytes: settings.maxUploadBytes };
  const { source: image } = await decode(picture, limits);
  const created_at = now.toISOString();
  const request: HumanRequest = {
    id,
    endpoint: settings.name,
    status: 'human',
    created_at,
    source,
    release,
    image,
    request: options,
  };
  return {
    request,
    decision: options.decision === undefined ? undefined : { count: options.decision, decided_at: created_at },
  };
}

/**
 * Stores a human's case: the picture always, whatever the share of captured inputs, for it is what candidates are
 * compared on. The result comes last, as for uploads.
 * @throws StoreUnavailableError
 */
export async function storeHumanCase(
  { request, decision }: HumanCase,
  picture: Uint8Array,
  objects: Objects,
): Promise<void> {
  const { endpoint, id } = request;
  await Promise.all([
    objects.put(KEYS.input(endpoint, id), picture, 'application/octet-stream'),
    decision && objects.putJson(KEYS.decision(endpoint, id), decision),
  ]);
  await objects.putJson(KEYS.result(endpoint, id), request);
}

/** What the caller sees: the human's count, or none yet. */
export function humanAnswer({ request, decision }: HumanCase): HumanAnswer {
  const { id, endpoint, created_at, image } = request;
  const status = decision ? 'decided' : 'undecided';
  return { id, endpoint, status, created_at, count: decision?.count ?? null, image, ...(decision && { decision }) };
}
