/**
 * CVAT for images 1.1. It has one layer of boxes, and attributes, which the labels of the task must declare.
 * @see https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/
 */

import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
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
import { jsonFile } from './json-file.ts';

/** Of every box. `others`: versions and scores of the other boxes of the same object. */
const ATTRIBUTES = ['version', 'score', 'others'] as const;
/** Shapes that are no boxes. */
const OTHER_SHAPES = ['polygon', 'polyline', 'points', 'ellipse', 'cuboid', 'mask', 'skeleton'] as const;
/** Elements that can occur more than once, or once. */
const LISTS: readonly string[] = ['image', 'box', 'attribute', 'label', 'track', ...OTHER_SHAPES];

const options = { ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: 'text' } as const;
const parser = new XMLParser({
  ...options,
  parseTagValue: false,
  isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && LISTS.includes(name),
});
const builder = new XMLBuilder({ ...options, format: true, suppressBooleanAttributes: false });

const number = z.string().transform(Number).pipe(z.number());
const boxSchema = z.object({
  '@label': z.string(),
  '@xtl': number,
  '@ytl': number,
  '@xbr': number,
  '@ybr': number,
  '@rotation': number.default(0),
  attribute: z.array(z.object({ '@name': z.string(), text: z.string().optional() })).default([]),
});
const imageSchema = z.looseObject({
  '@name': z.string(),
  '@width': number.optional(),
  '@height': number.optional(),
  box: z.array(boxSchema).default([]),
});
const annotationsSchema = z.looseObject({
  annotations: z.looseObject({ image: z.array(imageSchema, { error: 'Expected images of CVAT for images 1.1' }) }),
});

type XmlBox = z.infer<typeof boxSchema>;
type XmlImage = z.infer<typeof imageSchema>;

/** CVAT. */
export const cvat: LabelFormat = {
  hint: (folder) =>
    `labels of the task (Raw): ${folder}/labels.json; pictures: ${folder}/images; ` +
    `Upload annotations, CVAT 1.1: ${folder}/annotations.xml`,
  write,
  recognises: (files) => xmlFiles(files).length > 0,
  read,
};

function write(set: LabelSet): TextFile[] {
  const images = set.pictures.map(({ file, width, height, preLabels }, index) => ({
    ...{ '@id': index, '@name': file, '@width': width, '@height': height },
    box: preLabels.map(({ label, box, version, score, others }) => ({
      ...{ '@label': label, '@source': 'auto', '@occluded': 0, '@z_order': 0 },
      ...{ '@xtl': box.x, '@ytl': box.y, '@xbr': box.x + box.width, '@ybr': box.y + box.height },
      attribute: [
        { '@name': 'version', text: version },
        { '@name': 'score', text: String(score) },
        { '@name': 'others', text: others.map((other) => `${other.version}: ${other.score}`).join(', ') },
      ],
    })),
  }));
  const content = {
    '?xml': { '@version': '1.0', '@encoding': 'utf-8' },
    annotations: { version: '1.1', image: images },
  };
  return [{ path: 'annotations.xml', text: builder.build(content) }, jsonFile('labels.json', labelsOf(set))];
}

/** For the tab *Raw* of a new task's labels. */
function labelsOf({ labels }: LabelSet): object[] {
  const attributes = ATTRIBUTES.map((name) => {
    return { name, mutable: false, input_type: 'text', default_value: '', values: [''] };
  });
  return labels.map((name) => ({ name, type: 'rectangle', attributes }));
}

function xmlFiles(files: readonly TextFile[]): readonly TextFile[] {
  return files.filter(({ path, text }) => path.endsWith('.xml') && /<annotations[\s>]/.test(text));
}

function read(files: readonly TextFile[], set: LabelSet): CorrectedPicture[] {
  const all = xmlFiles(files);
  const [file] = all;
  if (!file || all.length > 1) {
    const received = all.map(({ path }) => path).join(', ') || 'none';
    throw new LabelFileError('CVAT', [`Expected one XML file with <annotations>, received ${received}`]);
  }
  const faults = new Faults(file.path);
  const { annotations } = faults.parsed(annotationsSchema, parsedXml(file));
  const known = new KnownPictures(set);
  const pictures = annotations.image.flatMap((image, index) => {
    const at = `image ${index} (${image['@name']})`;
    const picture = known.find(at, image['@name'], faults);
    if (!picture) return [];
    return [{ id: picture.id, boxes: boxesOf(image, { at, picture, set, faults }) }];
  });
  faults.once(pictures);
  faults.end();
  return pictures;
}

interface ImageContext {
  readonly at: string;
  readonly picture: PictureToLabel;
  readonly set: LabelSet;
  readonly faults: Faults;
}

function boxesOf(image: XmlImage, context: ImageContext): CorrectedBox[] {
  const { at, picture, faults } = context;
  const { '@width': width, '@height': height } = image;
  faults.size(at, { width, height }, picture);
  for (const shape of OTHER_SHAPES) if (shape in image) faults.add(at, 'boxes', shape);
  return image.box.flatMap((box, index) => boxOf(box, { ...context, at: `${at}, box ${index}` }) ?? []);
}

function boxOf(xml: XmlBox, { at, picture, set, faults }: ImageContext): CorrectedBox | undefined {
  const { '@label': label, '@xtl': x, '@ytl': y, '@xbr': right, '@ybr': bottom } = xml;
  if (xml['@rotation'] !== 0) faults.add(at, 'an upright box', `rotation ${xml['@rotation']}`);
  const isKnown = faults.knows(at, label, set);
  const box = faults.box(at, { x, y, width: right - x, height: bottom - y }, picture);
  if (!isKnown || !box) return undefined;
  const value = (name: string) => xml.attribute.find((each) => each['@name'] === name)?.text;
  const [version, score] = [value('version'), value('score')];
  return { label, box, ...(score && { score: Number(score) }), ...(version && { version }) };
}

function parsedXml({ path, text }: TextFile): unknown {
  const valid = XMLValidator.validate(text);
  if (valid === true) return parser.parse(text);
  const { msg, line, col } = valid.err;
  throw new LabelFileError(path, [`Expected XML, received in line ${line}, column ${col}: ${msg}`]);
}
