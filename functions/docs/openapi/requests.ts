import * as z from 'zod';
import type { ZodOpenApiRequestBodyObject } from 'zod-openapi';
import { MAX_BODY_BYTES, PICTURE_TYPES, RANGES } from '../../api/options.ts';
import { REQUIRED_HERE_OR_IN_BODY } from '../../pages/reference/openapi-types.ts';
import type { Endpoint } from './endpoint.ts';

function ranged(option: keyof typeof RANGES, description: string) {
  const { min, max, whole } = RANGES[option];
  return (whole ? z.int() : z.number())
    .min(min)
    .max(max)
    .optional()
    .meta({ description, param: { id: option } });
}

const detectionOptions = {
  confidence: ranged(
    'confidence',
    "Confidence threshold of detections. Default: the endpoint's setting, else the model's threshold of each label. " +
      'A model can allow a smaller range.',
  ),
  iou: ranged('iou', "IoU threshold of non-maximum suppression. Default: the endpoint's setting, else the model's."),
  max_side: ranged('max_side', 'Longer side of the annotated picture, pixels. Smaller pictures keep their size.'),
  decision: ranged('decision', 'Number of objects that a human counted in this picture.'),
};

/** The options of a prediction: as query, form fields or JSON keys. */
export function optionsOf({ kind, models }: Endpoint) {
  const name = z.enum([...models] as [string, ...string[]]);
  const isRequired = kind === 'predict';
  const need = isRequired ? 'Required, here or in the body.' : 'Not needed: this endpoint has one model.';
  const model = name.optional().meta({
    description: `Name of the model. ${need}`,
    ...(isRequired && { param: { [REQUIRED_HERE_OR_IN_BODY]: true } }),
  });
  return { model, ...detectionOptions };
}

/** The query of an upload ticket, which has no body. */
export function ticketQuery(endpoint: Endpoint) {
  const { model, ...others } = optionsOf(endpoint);
  const required = model.unwrap().meta({ description: 'Name of the model.' });
  return { ...uploadQuery, model: endpoint.kind === 'predict' ? required : model, ...others };
}

/** The picture with its options, in each request format. */
export function pictureBody(endpoint: Endpoint): ZodOpenApiRequestBodyObject {
  const options = optionsOf(endpoint);
  const binary = { override: { type: 'string', format: 'binary' } } as const;
  const form = z.strictObject({
    file: z.string().meta({ description: 'the picture; exactly one file', ...binary }),
    ...options,
  });
  const json = z.strictObject({
    image: z.string().meta({
      description: 'the picture in base64 with padding (RFC 4648), or as a data: URL',
      override: { type: 'string', contentEncoding: 'base64' },
    }),
    ...options,
  });
  const bytes = { schema: { type: 'string', format: 'binary' } } as const;
  return {
    required: true,
    description:
      `A JPEG, PNG, WebP or AVIF picture of at most ${MAX_BODY_BYTES / 1024 ** 2} MiB. ` +
      'Send each option once: in the query or in the body.',
    content: {
      'multipart/form-data': { schema: form, encoding: { file: { contentType: PICTURE_TYPES.join(', ') } } },
      'image/*': bytes,
      'application/octet-stream': bytes,
      'application/json': { schema: json },
    },
  };
}

/** Path parameter of a prediction. */
export const predictionPath = z.object({
  id: z.string().meta({
    description: 'id of a prediction, an upload ticket, or an upload to S3',
    example: '019f2a6b-7c1e-7d3a-9a51-6f0e8c2b4d10',
  }),
});

/** The header `Accept`. */
export function acceptHeader({ kind }: Endpoint) {
  const preferred = kind === 'predict' ? 'image/jpeg' : 'application/json';
  const description = `application/json for detections, image/jpeg for the annotated picture. Default: ${preferred}.`;
  return z.object({ Accept: z.string().optional().meta({ description }) });
}

/** The content type of an upload. */
const uploadQuery = {
  content_type: z
    .enum(PICTURE_TYPES)
    .optional()
    .meta({ description: 'content type of the upload; default image/jpeg' }),
};
