import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import { InvalidOptionsError, shown } from '../api/errors.ts';
import { PICTURE_TYPES, parseOptions, type RequestOptions } from '../api/options.ts';
import type { UploadTicket } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { resolveOptions } from '../detection/options.ts';
import { callerOf } from './caller.ts';
import type { DetectContext } from './context.ts';
import type { Models } from './models.ts';
import { OWNER_METADATA, toMetadata } from './option-metadata.ts';
import { queryOf } from './query.ts';
import { json } from './representation.ts';

/**
 * `POST /{endpoint}/uploads`: a presigned POST for one picture, with the id of its result.
 * @throws InvalidOptionsError, InvalidDetectOptionError
 */
export async function createUpload(
  event: APIGatewayProxyEventV2,
  { settings, objects, models }: DetectContext,
): Promise<APIGatewayProxyStructuredResultV2> {
  const query = queryOf(event);
  const contentType = uploadType(query.get('content_type'));
  query.delete('content_type');
  const options = parseOptions(query);
  // As `POST /{endpoint}`, which has no default model where the endpoint is of the kind `predict`.
  models.check(options.model, { required: settings.kind === 'predict' });
  // So that a ticket never promises options that the model refuses.
  if (settings.answeredBy === 'model') await checkByModel(options, models);
  const id = uuidv7();
  const seconds = settings.urlSeconds;
  const expires = new Date(Date.now() + seconds * 1000);
  const key = KEYS.ticketedUpload(settings.name, id);
  const maxBytes = settings.maxUploadBytes;
  const { owner } = callerOf(event, settings);
  // The signed policy holds the owner, so that nobody else can use the ticket for somebody's result.
  const metadata = { ...toMetadata(options), ...(owner !== undefined && { [OWNER_METADATA]: owner }) };
  const post = await objects.presignPost({ key, contentType, maxBytes, seconds, metadata });
  const ticket: UploadTicket = {
    id,
    ...post,
    expires_at: expires.toISOString(),
    max_bytes: maxBytes,
    content_type: contentType,
    prediction: `/${settings.name}/predictions/${id}`,
  };
  return json(201, ticket, { location: ticket.prediction });
}

/** @throws InvalidDetectOptionError */
async function checkByModel({ model, confidence, iou, max_side }: RequestOptions, models: Models): Promise<void> {
  const { manifest } = await models.load(model);
  resolveOptions(manifest, {
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
    ...(max_side !== undefined && { maxSide: max_side }),
  });
}

function uploadType(values: readonly string[] = ['image/jpeg']): string {
  const [type = ''] = values;
  if (values.length === 1 && (PICTURE_TYPES as readonly string[]).includes(type)) return type;
  const expected = `one of ${PICTURE_TYPES.join(', ')}`;
  throw new InvalidOptionsError([{ field: 'content_type', expected, received: shown(values.join(', ')) }]);
}
