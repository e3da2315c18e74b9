import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import Negotiator from 'negotiator';
import { NotAcceptableError, shown } from '../api/errors.ts';
import type { PredictionAnswer, StoredPrediction } from '../api/schemas.ts';
import type { EndpointSettings } from '../contract.ts';
import type { Legend } from '../detection/annotate/caption.ts';
import { header } from './body.ts';
import type { DetectContext } from './context.ts';
import type { ModelPrediction } from './prediction.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** The form of an answer: JSON, or the annotated picture itself. */
export type Form = 'json' | 'picture';

/** Largest picture, in bytes, that fits base64-encoded into Lambda's response limit of 6 MB. */
const MAX_PICTURE_ANSWER_BYTES = 4.4e6;

/** A parameter of a media type, as `charset=utf-8`: neither JSON nor JPEG has one, and many clients send one. */
const PARAMETER = /;(?!\s*q\s*=)[^;,="]*(?:=\s*(?:"[^"]*"|[^;,]*))?/gi;

/**
 * The form that `Accept` prefers; without a preference, what the endpoint is for.
 * @throws NotAcceptableError
 */
export function acceptedForm(event: APIGatewayProxyEventV2, settings: EndpointSettings): Form {
  const offers = offersOf(settings);
  const given = header(event, 'accept') ?? '';
  // A header without a type means no preference, like an absent one.
  const accept = /^[\s,]*$/.test(given) ? '*/*' : given.replace(PARAMETER, '');
  const chosen = new Negotiator({ headers: { accept } }).mediaType(offers);
  if (chosen === undefined) {
    throw new NotAcceptableError([{ field: 'Accept', expected: offers.join(' or '), received: shown(given) }]);
  }
  return chosen === 'image/jpeg' && !namesPicturesInPassing(accept, offers) ? 'picture' : 'json';
}

/**
 * Whether `Accept` is that of a client that takes anything, where JSON is the default: it names types of other content
 * beside pictures, does not name JSON, and takes JSON by `*` of `*`. Java before 21 sends such a header by default:
 * `text/html, image/gif, image/jpeg, *; q=.2, *` + `/*; q=.2`.
 */
function namesPicturesInPassing(accept: string, [preferred = '']: readonly string[]): boolean {
  const types = accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';')[0]?.trim() ?? '');
  const namesOther = types.some((type) => !/^(image\/.*|\*|\*\/\*)?$/.test(type));
  const isJsonDefault = preferred === 'application/json' && !types.includes(preferred);
  return isJsonDefault && namesOther && new Negotiator({ headers: { accept } }).mediaType([preferred]) !== undefined;
}

/** The default comes first. A human's answer has no annotated picture. */
function offersOf({ kind, answeredBy }: EndpointSettings): string[] {
  if (answeredBy === 'human') return ['application/json'];
  return kind === 'predict' ? ['image/jpeg', 'application/json'] : ['application/json', 'image/jpeg'];
}

/** The answer to a prediction. A picture over Lambda's limit is answered by a redirect to its presigned URL. */
export async function presentPrediction(
  form: Form,
  { result, jpeg }: ModelPrediction,
  context: DetectContext,
): Promise<Answer> {
  const headers = provenance(result);
  if (form === 'picture' && jpeg.length <= MAX_PICTURE_ANSWER_BYTES) {
    const body = jpeg.toString('base64');
    return { statusCode: 200, headers: { ...headers, 'content-type': 'image/jpeg' }, body, isBase64Encoded: true };
  }
  const answer = await predictionAnswer(result, context);
  if (form === 'json') return json(200, answer, headers);
  return { statusCode: 303, headers: { ...headers, location: answer.annotated_image.url }, body: '' };
}

/** Headers with the model, the version and the times (`Server-Timing`, https://www.w3.org/TR/server-timing/). */
function provenance(prediction: StoredPrediction): Record<string, string> {
  const { id, endpoint, count, image, model, release, timing_ms, annotated } = prediction;
  return {
    ...(annotated.legend && { 'x-legend': legendHeader(annotated.legend) }),
    ...(image.damage !== undefined && { 'x-damage': image.damage }),
    'x-prediction-id': id,
    'x-prediction': `/${endpoint}/predictions/${id}`,
    'x-count': String(count),
    'x-model': `${model.name}; version=${model.version}; sha256=${model.sha256}`,
    'x-function-version': release.function_version,
    'server-timing': Object.entries(timing_ms)
      .map(([step, ms]) => `${step};dur=${ms}`)
      .join(', '),
  };
}

/** Most characters of a legend in a header, because API Gateway allows 10,240 bytes for all headers. */
const MAX_LEGEND = 4000;

/** As `#2=%E8%BB%8A, #5=%E4%BA%BA`, in UTF-8. Entries behind the limit are left out; JSON has them all. */
function legendHeader(legend: Legend): string {
  const entries = Object.entries(legend).map(
    ([caption, label]) => `${caption}=${encodeURIComponent(label.toWellFormed())}`,
  );
  const kept = entries.filter((_, index) => entries.slice(0, index + 1).join(', ').length <= MAX_LEGEND);
  return kept.join(', ');
}

/** A stored prediction as callers get it: with a presigned URL in place of the annotated picture's key. */
export async function predictionAnswer(
  result: StoredPrediction,
  { objects, settings }: DetectContext,
): Promise<PredictionAnswer> {
  const {
    request: _,
    captured: __,
    owner: ___,
    fingerprint: ____,
    measures: _____,
    annotated,
    ...shownFields
  } = result;
  const presigned = await objects.presignGet(annotated.key, settings.urlSeconds, new Date());
  const { key: _key, ...drawn } = annotated;
  return { ...shownFields, annotated_image: { ...presigned, ...drawn } };
}

/** A JSON answer. */
export function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { statusCode, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
