/** The preprocessing that a repository of the Hub states in `preprocessor_config.json`. */

import * as z from 'zod';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import { readHubJson } from './hub-json.ts';

type Input = Manifest['input'];

/** What the file states, in the manifest's terms. */
export interface Preprocessing {
  /** What it states about pixels; parts that it does not state are absent. */
  readonly input: Partial<Pick<Input, 'colour' | 'scale' | 'mean' | 'std' | 'fit'>>;
  readonly size?: { readonly width: number; readonly height: number };
  /** A way to resize pictures that the pipeline does not have, in words. */
  readonly otherResizing?: string;
}

const edge = z.int().min(1).max(4096);
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** https://huggingface.co/docs/transformers/main_classes/image_processor: the parts that concern detectors. */
const schema = z.object({
  do_resize: z.boolean().nullish(),
  size: z
    .union([
      edge,
      z.strictObject({ height: edge, width: edge }),
      z.strictObject({ shortest_edge: edge, longest_edge: edge.nullish() }),
      z.strictObject({ longest_edge: edge }),
      z.strictObject({ max_height: edge, max_width: edge }),
    ])
    .nullish(),
  max_size: edge.nullish(),
  keep_aspect_ratio: z.boolean().nullish(),
  do_pad: z.boolean().nullish(),
  pad_size: z.object({ height: edge, width: edge }).nullish(),
  do_center_crop: z.boolean().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().max(1).nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: triple.nullish(),
  image_std: triple.refine((std) => std.every((each) => each > 0), 'expected positive numbers').nullish(),
  do_flip_channel_order: z.boolean().nullish(),
});

type Config = z.infer<typeof schema>;

/**
 * The preprocessing in the text of a `preprocessor_config.json`.
 * @returns a fault in words for another text: `size: Invalid input`
 */
export function readPreprocessing(text: string): Preprocessing | string {
  const { data, fault } = readHubJson(text, schema);
  if (fault !== undefined) return fault;
  return { ...resizing(data), input: { ...pixels(data), ...fitting(data) } };
}

/** `value = (pixel · rescale_factor − image_mean) / image_std`, as in the manifest. */
function pixels(config: Config): Preprocessing['input'] {
  const { do_rescale, rescale_factor, do_normalize, image_mean: mean, image_std: std } = config;
  const normalized = do_normalize === true && mean && std ? { mean, std } : undefined;
  const plain: Preprocessing['input'] = { mean: [0, 0, 0], std: [1, 1, 1] };
  return {
    colour: config.do_flip_channel_order ? 'BGR' : 'RGB',
    // All image processors rescale to 0–1 by default.
    scale: do_rescale === false ? 1 : (rescale_factor ?? 1 / 255),
    // Whether they normalize by default differs, so that only a stated value counts.
    ...(do_normalize === false ? plain : normalized),
  };
}

function fitting(config: Config): Preprocessing['input'] {
  return resizing(config).size ? { fit: { kind: 'stretch' } } : {};
}

/** Width and height to which each picture is stretched, or words for another way; nothing where none is stated. */
function resizing(config: Config): Pick<Preprocessing, 'size' | 'otherResizing'> {
  const { size, do_resize, do_pad, pad_size: pad } = config;
  if (config.do_center_crop) return { otherResizing: 'crops pictures to their centre' };
  if (do_resize === false) return { otherResizing: 'does not resize pictures' };
  if (size === undefined || size === null) return {};
  if (typeof size === 'number') return { otherResizing: edgesInWords(size, config.max_size) };
  if ('shortest_edge' in size) return { otherResizing: edgesInWords(size.shortest_edge, size.longest_edge) };
  if (!('width' in size)) return { otherResizing: 'resizes pictures to a longest edge and keeps their proportions' };
  const { width, height } = size;
  if (config.keep_aspect_ratio) return { otherResizing: `keeps the proportions of pictures in ${width} × ${height}` };
  // One picture alone is only padded to a stated size: without one it is padded to the largest of its batch.
  if (do_pad && pad && (pad.width !== width || pad.height !== height)) {
    return { otherResizing: `pads pictures of ${width} × ${height} to ${pad.width} × ${pad.height}` };
  }
  return { size: { width, height } };
}

function edgesInWords(shortest: number, longest: number | null | undefined): string {
  const most = longest ? ` and at most ${longest} pixels of the longest` : '';
  return `resizes pictures to ${shortest} pixels of the shortest edge${most}, so that each has its own size`;
}
