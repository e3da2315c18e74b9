/**
 * COCO's object detection format. `score` is no field of its annotations, but tools keep it (FiftyOne, Datumaro);
 * its own place is the results format, of which there is one file for each version.
 * @see https://cocodataset.org/#format-data, https://cocodataset.org/#format-results
 */

import * as z from 'zod';
import type { Box } from '../../../functions/detection/box.ts';
import { Faults, KnownPictures } from './faults.ts';
import {
  type CorrectedBox,
  type CorrectedPicture,
  LabelFileError,
  type LabelFormat,
  type LabelSet,
  type TextFile,
} from './format.ts';
import { jsonFile, parsedJson } from './json-file.ts';

const bbox = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .transform(([x, y, width, height]) => ({ x, y, width, height }));

const annotationSchema = z.object({
  image_id: z.int(),
  category_id: z.int(),
  bbox,
  iscrowd: z
    .union([z.literal(0), z.literal(1), z.boolean()])
    .transform(Boolean)
    .default(false),
  score: z.number().min(0).max(1).nullish(),
  version: z.string().nullish(),
  // Where CVAT keeps other fields.
  attributes: z.record(z.string(), z.unknown()).optional(),
});

const cocoSchema = z.object({
  images: z.array(
    z.object({ id: z.int(), file_name: z.string(), width: z.number().optional(), height: z.number().optional() }),
  ),
  annotations: z.array(annotationSchema),
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
});

type Annotation = z.infer<typeof annotationSchema>;

/** COCO. */
export const coco: LabelFormat = {
  hint: (folder) => `annotations: ${folder}/annotations.json, pictures: ${folder}/images`,
  write,
  recognises: (files) => cocoFiles(files).length > 0,
  read,
};

function write({ endpoint, labels, pictures }: LabelSet): TextFile[] {
  const category = (label: string) => labels.indexOf(label) + 1;
  let annotations = 0;
  const content = {
    info: { description: `Pictures of ${endpoint}, with the boxes that its versions found: to correct` },
    licenses: [],
    images: pictures.map(({ file, width, height }, index) => ({ id: index + 1, file_name: file, width, height })),
    categories: labels.map((name, index) => ({ id: index + 1, name, supercategory: '' })),
    annotations: pictures.flatMap(({ preLabels }, index) =>
      preLabels.map(({ label, box, score, version, others }) => {
        annotations += 1;
        return {
          ...{ id: annotations, image_id: index + 1, category_id: category(label), ...shapeOf(box), score, version },
          others: others.map((other) => ({ version: other.version, score: other.score, bbox: corners(other.box) })),
        };
      }),
    ),
  };
  const versions = [...new Set(pictures.flatMap(({ answers }) => answers.map(({ version }) => version)))];
  const results = (version: string) =>
    pictures.flatMap(({ answers }, index) =>
      answers
        .filter((answer) => answer.version === version)
        .flatMap(({ detections }) => detections)
        .map(({ label, confidence: score, box }) => {
          return { image_id: index + 1, category_id: category(label), bbox: corners(box), score };
        }),
    );
  return [
    jsonFile('annotations.json', content),
    ...versions.map((version) => jsonFile(`results-${version}.json`, results(version))),
  ];
}

function shapeOf(box: Box) {
  return { bbox: corners(box), area: box.width * box.height, iscrowd: 0, segmentation: [] };
}

function corners({ x, y, width, height }: Box): number[] {
  return [x, y, width, height];
}

/** Datumaro and CVAT write one file for each subset. */
function cocoFiles(files: readonly TextFile[]): readonly TextFile[] {
  return files.filter(
    ({ path, text }) => path.endsWith('.json') && /^\s*\{/.test(text) && /"annotations"\s*:/.test(text),
  );
}

function read(files: readonly TextFile[], set: LabelSet): CorrectedPicture[] {
  const all = cocoFiles(files);
  const [file] = all;
  if (!file || all.length > 1) {
    const received = all.map(({ path }) => path).join(', ') || 'none';
    throw new LabelFileError('COCO', [`Expected one JSON file with "annotations", received ${received}`]);
  }
  return readFile(file, set);
}

function readFile(file: TextFile, set: LabelSet): CorrectedPicture[] {
  const faults = new Faults(file.path);
  const { images, annotations, categories } = faults.parsed(cocoSchema, parsedJson(file));
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const byImage = Map.groupBy([...annotations.entries()], ([, { image_id }]) => image_id);
  const known = new KnownPictures(set);
  const ids = new Set(images.map(({ id }) => id));
  for (const [index, { image_id: id }] of annotations.entries()) {
    if (!ids.has(id)) faults.add(`annotations.${index}.image_id`, 'an id of images', id);
  }
  const pictures = images.flatMap(({ id, file_name, ...size }, index) => {
    const picture = known.find(`images.${index}.file_name`, file_name, faults);
    if (!picture) return [];
    faults.size(`images.${index}`, size, picture);
    const boxes = (byImage.get(id) ?? []).flatMap(([at, annotation]): CorrectedBox[] => {
      const place = `annotations.${at}`;
      const label = names.get(annotation.category_id);
      if (label === undefined) faults.add(`${place}.category_id`, 'an id of categories', annotation.category_id);
      const isKnown = label !== undefined && faults.knows(`${place}.category_id`, label, set);
      const box = faults.box(`${place}.bbox`, annotation.bbox, picture);
      return isKnown && box
        ? [{ label, box, ...(annotation.iscrowd && { crowd: true as const }), ...of(annotation) }]
        : [];
    });
    return [{ id: picture.id, boxes }];
  });
  faults.once(pictures);
  faults.end();
  return pictures;
}

function of({ score, version, attributes = {} }: Annotation): Pick<CorrectedBox, 'score' | 'version'> {
  const known = score ?? (attributes.score === undefined ? undefined : Number(attributes.score));
  const from = version ?? attributes.version;
  return {
    ...(known !== undefined && Number.isFinite(known) && { score: known }),
    ...(from !== undefined && from !== null && { version: String(from) }),
  };
}
