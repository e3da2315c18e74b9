import type { HumanAnswer, HumanRequest, Source, StoredDecision, StoredPrediction } from '../api/schemas.ts';
import type { EndpointSettings } from '../contract.ts';
import { decode } from '../detection/decode.ts';
import { luminanceOf } from '../detection/luminance.ts';
import { fingerprintOf } from '../records/fingerprint.ts';
import { decodeSeconds } from './context.ts';
import type { PredictionRequest } from './prediction.ts';

/**
 * A request that a human answers, as it is stored. The picture is decoded, so that a bad one is rejected as a model
 * would reject it.
 * @throws every error of `decode`
 */
export async function humanRequest(
  { id, picture, options, source, createdAt, invocation, owner }: PredictionRequest,
  settings: EndpointSettings,
): Promise<HumanRequest> {
  const { maxSide: side, maxPixels, maxUploadBytes: maxBytes, damaged = 'reject' } = settings;
  const limits = { side, maxPixels, maxBytes, damaged, seconds: decodeSeconds(invocation) };
  const decoded = await decode(picture, limits);
  const { source: size, damage } = decoded;
  return {
    id,
    endpoint: settings.name,
    status: 'human',
    created_at: createdAt.toISOString(),
    source,
    release: invocation.release,
    image: { ...size, ...(damage !== undefined && { damage }) },
    request: options,
    ...(owner !== undefined && { owner }),
    fingerprint: fingerprintOf(picture, luminanceOf(decoded)),
  };
}

/** The human's decision that came with a request, if it did. */
export function decisionOf({
  request,
  created_at,
  source,
}: Pick<StoredPrediction | HumanRequest, 'request' | 'created_at' | 'source'>): StoredDecision | undefined {
  if (request.decision === undefined) return undefined;
  return { count: request.decision, decided_at: created_at, ...versionOf(source) };
}

/**
 * A decision with the latest one of each other person before it. One without a name is replaced by the next, and those
 * on another version of an upload are on another picture.
 */
export function withOthers(latest: StoredDecision, before: StoredDecision | undefined): StoredDecision {
  if (!before || before.version !== latest.version) return latest;
  const { count, by, decided_at, others: earlier = [] } = before;
  const others = [...(by === undefined ? [] : [{ count, by, decided_at }]), ...earlier];
  const kept = others.filter((other) => other.by !== latest.by).slice(0, MOST_OTHERS);
  return kept.length === 0 ? latest : { ...latest, others: kept };
}

/** Other people whose decisions on a picture are kept. */
const MOST_OTHERS = 8;

/** The version of an upload, which its decision names, so that it stays with the picture that it was made for. */
export function versionOf(source: Source): { readonly version?: string } {
  return source.kind === 'upload' ? { version: source.version } : {};
}

/** The answer to callers: the human's count, or null while there is no decision. */
export function humanAnswer(
  { id, endpoint, created_at, image }: HumanRequest,
  decision: StoredDecision | undefined,
): HumanAnswer {
  const status = decision ? 'decided' : 'undecided';
  return { id, endpoint, status, created_at, count: decision?.count ?? null, image, ...(decision && { decision }) };
}
