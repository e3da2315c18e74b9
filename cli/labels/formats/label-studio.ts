/**
 * Label Studio's tasks in JSON: the boxes of each version are a prediction with its `model_version`. Only annotations
 * come back as labels; a task that has predictions alone was not labelled.
 * @see https://labelstud.io/guide/predictions, https://labelstud.io/guide/export#Raw-JSON-format-of-completed-tasks
 */

import * as z from 'zod';
import { Faults, KnownPictures } from './faults.ts';
import {
  type CorrectedBox,
  type CorrectedPicture,
  LabelFileError,
  type LabelFormat,
  type LabelSet,
  type PictureToLabel,
  type TextFile,
} from './format.ts';
import { jsonFile, parsedJson } from './json-file.ts';

const regionSchema = z.looseObject({
  id: z.string().optional(),
  type: z.string(),
  value: z.looseObject({}),
  original_width: z.number().optional(),
  original_height: z.number().optional(),
});

const rectangleSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  rotation: z.number().default(0),
  rectanglelabels: z.tuple([z.string()]),
});

const annotationSchema = z.object({
  result: z.array(regionSchema),
  was_cancelled: z.boolean().default(false),
  ground_truth: z.boolean().default(false),
  updated_at: z.string().default(''),
});

const tasksSchema = z.array(
  z.object({
    data: z.object({ image: z.string(), prediction: z.string().optional() }),
    annotations: z.array(annotationSchema).default([]),
  }),
);

type Annotation = z.infer<typeof annotationSchema>;
type Region = z.infer<typeof regionSchema>;

/** Label Studio. */
export const labelStudio: LabelFormat = {
  hint: (folder) =>
    `labelling interface: ${folder}/interface.xml; import: ${folder}/tasks.json; ` +
    `LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT: the folder that ${folder} lies in`,
  write,
  recognises: (files) => taskFiles(files).length > 0,
  read,
};

function write(set: LabelSet): TextFile[] {
  const tasks = set.pictures.map((picture) => ({
    data: {
      image: `/data/local-files/?d=${encodeURIComponent(set.folder)}/images/${encodeURIComponent(picture.file)}`,
      prediction: picture.id,
    },
    predictions: picture.answers.map(({ version, detections }) => ({
      model_version: version,
      ...(detections.length > 0 && { score: Math.min(...detections.map(({ confidence }) => confidence)) }),
      result: detections.map((detection, index) => ({
        id: regionId(version, index),
        ...{ type: 'rectanglelabels', from_name: 'label', to_name: 'image', image_rotation: 0 },
        ...{ original_width: picture.width, original_height: picture.height },
        value: rectangleOf(detection, picture),
        score: detection.confidence,
      })),
    })),
  }));
  const labels = set.labels.map((label) => `    <Label value="${escaped(label)}"/>\n`).join('');
  const view =
    '<View>\n  <Image name="image" value="$image" zoom="true"/>\n  <RectangleLabels name="label" toName="image">\n' +
    `${labels}  </RectangleLabels>\n</View>\n`;
  return [jsonFile('tasks.json', tasks), { path: 'interface.xml', text: view }];
}

/** It stays when a person takes over a prediction, so that the version and the score of a region are known. */
function regionId(version: string, index: number): string {
  return `version-${version}-${index}`;
}

function rectangleOf({ label, box }: PictureToLabel['answers'][number]['detections'][number], picture: PictureToLabel) {
  const { width, height } = picture;
  const percent = (part: number, whole: number) => (100 * part) / whole;
  return {
    x: percent(box.x, width),
    y: percent(box.y, height),
    width: percent(box.width, width),
    height: percent(box.height, height),
    rotation: 0,
    rectanglelabels: [label],
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);
}

function taskFiles(files: readonly TextFile[]): readonly TextFile[] {
  return files.filter(({ path, text }) => path.endsWith('.json') && /^\s*\[/.test(text) && !/results-/.test(path));
}

function read(files: readonly TextFile[], set: LabelSet): CorrectedPicture[] {
  const all = taskFiles(files);
  const [file] = all;
  if (!file || all.length > 1) {
    const received = all.map(({ path }) => path).join(', ') || 'none';
    throw new LabelFileError('Label Studio', [`Expected one JSON file with a list of tasks, received ${received}`]);
  }
  const faults = new Faults(file.path);
  const tasks = faults.parsed(tasksSchema, parsedJson(file));
  const known = new KnownPictures(set);
  const pictures = tasks.flatMap(({ data, annotations }, index) => {
    const picture = known.find(`${index}.data.image`, data.prediction ?? data.image, faults);
    const chosen = annotationOf(annotations);
    if (!picture || !chosen) return [];
    const at = `${index}.annotations.${annotations.indexOf(chosen)}.result`;
    const boxes = chosen.result.flatMap(
      (region, place) => boxOf(region, { at: `${at}.${place}`, picture, set, faults }) ?? [],
    );
    return [{ id: picture.id, boxes }];
  });
  faults.once(pictures);
  faults.end();
  return pictures;
}

/** The one that is marked as ground truth, else the latest; a skipped task has none. */
function annotationOf(annotations: readonly Annotation[]): Annotation | undefined {
  const done = annotations.filter(({ was_cancelled }) => !was_cancelled);
  const byTime = done.toSorted((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
  return byTime.find(({ ground_truth }) => ground_truth) ?? byTime[0];
}

interface RegionContext {
  readonly at: string;
  readonly picture: PictureToLabel;
  readonly set: LabelSet;
  readonly faults: Faults;
}

function boxOf(region: Region, { at, picture, set, faults }: RegionContext): CorrectedBox | undefined {
  const { data: value } = rectangleSchema.safeParse(region.value);
  if (region.type !== 'rectanglelabels' || !value || value.rotation !== 0) {
    faults.add(at, 'an upright rectangle with one label (rectanglelabels)', { type: region.type, ...region.value });
    return undefined;
  }
  const { original_width: width, original_height: height } = region;
  faults.size(at, { width, height }, picture);
  const [label] = value.rectanglelabels;
  const isKnown = faults.knows(`${at}.value.rectanglelabels`, label, set);
  const [across, down] = [picture.width / 100, picture.height / 100];
  const scaled = { x: value.x * across, y: value.y * down, width: value.width * across, height: value.height * down };
  const box = faults.box(`${at}.value`, scaled, picture);
  return isKnown && box ? { label, box, ...originOf(region, picture) } : undefined;
}

function originOf({ id }: Region, { answers }: PictureToLabel): Pick<CorrectedBox, 'score' | 'version'> {
  for (const { version, detections } of answers) {
    const index = detections.findIndex((_, at) => regionId(version, at) === id);
    if (index !== -1) return { version, score: (detections[index] as { confidence: number }).confidence };
  }
  return {};
}
