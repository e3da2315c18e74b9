import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { PhotoTruth, TruthBox } from './photos.ts';

/** An invalid truth file; the message has every problem with its path. */
export class TruthError extends Error {
  override readonly name = 'TruthError';
  constructor(path: string, faults: readonly string[], options?: ErrorOptions) {
    super(`truth ${path}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, options);
  }
}

const side = z.number().positive();
const flag = z.union([z.literal(0), z.literal(1), z.boolean()]).transform(Boolean);
const cornerBox = z
  .tuple([z.number(), z.number(), z.number().min(0), z.number().min(0)])
  .transform(([x, y, width, height]) => ({ x, y, width, height }));

/** The parts of COCO's object detection annotations that an evaluation needs. */
const cocoSchema = z.object({
  images: z
    .array(z.object({ id: z.int(), file_name: z.string(), width: side.optional(), height: side.optional() }))
    .min(1),
  annotations: z.array(
    z.object({
      image_id: z.int(),
      category_id: z.int(),
      bbox: cornerBox,
      iscrowd: flag.default(false),
      area: z.number().min(0).optional(),
    }),
  ),
  categories: z.array(z.object({ id: z.int(), name: z.string() })).min(1),
});

/** Photos with boxes of every label of the file, and photos with counts only. */
const photosSchema = z.object({
  coco: z
    .array(
      z.object({
        file: z.string(),
        width: side,
        height: side,
        boxes: z.array(z.object({ label: z.string(), box: cornerBox, crowd: flag.default(false) })),
      }),
    )
    .min(1),
  counts_by_eye: z.record(z.string(), z.record(z.string(), z.int().min(0))).default({}),
});

/** Pictures with the boxes of one label each. */
const picturesSchema = z.record(
  z.string(),
  z.object({
    width: side,
    height: side,
    label: z.string(),
    count: z.int().min(0),
    boxes: z.array(z.object({ x: z.number(), y: z.number(), width: z.number().min(0), height: z.number().min(0) })),
  }),
);

/**
 * Reads annotations in one of three formats, distinguished by their keys: COCO's (`images`, `annotations`,
 * `categories`); this project's photos (`coco` with boxes, `counts_by_eye` without); this project's pictures (by file:
 * `label`, `count`, `boxes`).
 * @throws TruthError
 */
export async function readTruth(path: string): Promise<PhotoTruth[]> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new TruthError(path, [`Expected a readable file, received ${cause.message}`], { cause });
  });
  return parseTruth(path, parseJson(path, text));
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TruthError(path, [`Expected JSON, received ${(cause as Error).message}`], { cause });
  }
}

/** The truth in a parsed file; `path` is for messages. @throws TruthError */
export function parseTruth(path: string, value: unknown): PhotoTruth[] {
  const photos = formatOf(path, value);
  const files = photos.map(({ file }) => file);
  const twice = files.filter((file, index) => files.indexOf(file) !== index);
  if (twice.length > 0) throw new TruthError(path, [`Expected each photo once, received ${twice.join(', ')} twice`]);
  return photos;
}

function formatOf(path: string, value: unknown): PhotoTruth[] {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.includes('annotations')) return fromCoco(path, checked(path, cocoSchema, value));
  if (keys.includes('coco')) return fromPhotos(checked(path, photosSchema, value));
  if (keys.length > 0 && !Array.isArray(value)) return fromPictures(checked(path, picturesSchema, value));
  const expected = 'Expected an object with "annotations" (COCO), "coco", or pictures by file name';
  throw new TruthError(path, [`${expected}, received ${JSON.stringify(value)?.slice(0, 60)}`]);
}

function checked<S extends z.ZodType>(path: string, schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) =>
      `${issue.path.join('.')}: ${issue.message}, received ${JSON.stringify(issue.input)?.slice(0, 60) ?? 'nothing'}`,
  );
  throw new TruthError(path, faults);
}

function fromCoco(path: string, { images, annotations, categories }: z.infer<typeof cocoSchema>): PhotoTruth[] {
  const labels = new Map(categories.map(({ id, name }) => [id, name]));
  const known = new Set(images.map(({ id }) => id));
  const faults = [...repeatedIds('images', images), ...repeatedIds('categories', categories)];
  const unknown = annotations.flatMap(({ image_id, category_id }, index) => [
    ...(known.has(image_id) ? [] : [`annotations.${index}.image_id: Expected an id of images, received ${image_id}`]),
    ...(labels.has(category_id)
      ? []
      : [`annotations.${index}.category_id: Expected an id of categories, received ${category_id}`]),
  ]);
  if (faults.length + unknown.length > 0) throw new TruthError(path, [...faults, ...unknown]);
  const judged = new Set(labels.values());
  const byImage = Map.groupBy(annotations, ({ image_id }) => image_id);
  return images.map(({ id, file_name: file, width, height }) => {
    const boxes = (byImage.get(id) ?? []).map(({ category_id, bbox: box, iscrowd: crowd, area }) =>
      truthBox(labels.get(category_id) as string, box, { crowd, area }),
    );
    const size = width && height ? { size: { width, height } } : {};
    return { file, ...size, boxes, counts: countBoxes(boxes, judged), judged };
  });
}

/** Annotations name images and categories by their ids. */
function repeatedIds(list: string, items: readonly { readonly id: number }[]): string[] {
  const seen = new Set<number>();
  return items.flatMap(({ id }, index) => {
    if (seen.has(id)) return [`${list}.${index}.id: Expected each id once, received ${id} again`];
    seen.add(id);
    return [];
  });
}

function fromPhotos({ coco, counts_by_eye }: z.infer<typeof photosSchema>): PhotoTruth[] {
  const judged = new Set(coco.flatMap(({ boxes }) => boxes.map(({ label }) => label)));
  const boxed = coco.map(({ file, width, height, boxes: raw }) => {
    const boxes = raw.map(({ label, box, crowd }) => truthBox(label, box, { crowd }));
    return { file, size: { width, height }, boxes, counts: countBoxes(boxes, judged), judged };
  });
  const counted = Object.entries(counts_by_eye).map(([file, counts]) => {
    return { file, counts, judged: new Set(Object.keys(counts)) };
  });
  return [...boxed, ...counted];
}

function fromPictures(pictures: z.infer<typeof picturesSchema>): PhotoTruth[] {
  return Object.entries(pictures).map(([file, { width, height, label, count, boxes: raw }]) => ({
    file,
    size: { width, height },
    boxes: raw.map((box) => truthBox(label, box, { crowd: false })),
    counts: { [label]: count },
    judged: new Set([label]),
  }));
}

function truthBox(
  label: string,
  box: TruthBox['box'],
  { crowd, area }: { crowd: boolean; area?: number | undefined },
): TruthBox {
  return { label, box, crowd, area: area ?? box.width * box.height };
}

/** Counts by label. A label with a crowd has no count, because the number of objects in a crowd is unknown. */
function countBoxes(boxes: readonly TruthBox[], judged: ReadonlySet<string>): Record<string, number> {
  const crowded = new Set(boxes.filter(({ crowd }) => crowd).map(({ label }) => label));
  const labels = [...judged].filter((label) => !crowded.has(label));
  return Object.fromEntries(labels.map((label) => [label, boxes.filter((box) => box.label === label).length]));
}
