import { Command, Option } from 'commander';
import { FAMILIES } from '../../../functions/detection/decoders/families.ts';
import { processTerminal } from '../../terminal/terminal.ts';
import { MODELS } from '../files/package-folder.ts';
import type { Proposal } from '../identify/facts.ts';
import type { AddOptions } from '../package/add-options.ts';
import { addCommand as add } from './add.ts';
import { boxes, checksum, factor, fit, rows, share, size, triple, version } from './arguments.ts';

/** Options as commander parses them. */
export type GivenOptions = Omit<AddOptions, 'input'> & Proposal['input'];

/** Command line of `model add`. */
export function addCommand(): Command {
  const command = new Command('add')
    .description('makes a model package from an ONNX file and tests it on golden pictures')
    .argument(
      '<model>',
      'a file, an https address, s3://bucket/key, hf://owner/repo[/file][@revision], or a name of models/catalog.json',
    )
    .option('--replace', 'replaces a package of the same name');
  return packageOptions(command).action((model: string, options: GivenOptions) =>
    add(model, addOptionsOf(options), processTerminal),
  );
}

/** Adds the options that describe a model package. */
export function packageOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name of the package; default: the name of the file')
    .option('--as <name>', 'name of the catalog entry that describes the file')
    .option('--sha256 <digits>', 'expected SHA-256 of the file', checksum)
    .option('--labels <which>', 'class names in the model’s order: a,b,c, a file, coco-80, coco-90 or coco-91')
    .option('--licence <spdx>', 'licence of the weights')
    .option(
      '--golden <folder>',
      'golden pictures with objects of the model’s classes; default: apples, cars, plants, an empty road',
    )
    .option('--golden-truth <file>', 'annotations of the golden pictures, in a format of docs/evaluation.md')
    .option('--package-version <version>', 'version of the package', version, '1.0.0')
    .optionsGroup('Corrections, if the model was identified wrongly:')
    .addOption(new Option('--family <family>', 'family of the model: the meaning of its outputs').choices(FAMILIES))
    .option('--size <size>', 'width and height for a model without a fixed size, such as 640x640', size)
    .addOption(new Option('--colour <order>', 'order of colours').choices(['RGB', 'BGR']))
    .option('--scale <factor>', 'factor for pixel values, such as 1 or 1/255', factor)
    .option('--mean <a,b,c>', 'mean to subtract after scaling, in the order of colours', triple)
    .option('--std <a,b,c>', 'standard deviation to divide by after that', triple)
    .option('--fit <how>', 'stretch, top-left or centre[:grey]', fit)
    .option('--boxes <how>', 'for ssd: order, unit, first class, such as yxyx,share,1', boxes)
    .option(
      '--rows <how>',
      'for end-to-end: columns, unit, first class, such as class,score,left,top,right,bottom/pixels/0',
      rows,
    )
    .option('--confidence <share>', 'confidence threshold; default: near 0.4', share)
    .option('--iou <share>', 'IoU threshold of NMS; default by family', share)
    .addOption(new Option('--nms <scope>', 'scope of NMS').choices(['per-class', 'across-classes']))
    .option('--models <folder>', 'the folder of model packages', MODELS);
}

/** Options of a package from those of its command line. */
export function addOptionsOf({ colour, scale, mean, std, fit: fitting, ...options }: GivenOptions): AddOptions {
  return { ...options, input: given({ colour, scale, mean, std, fit: fitting }) };
}

/** The options that are set, because an absent one must not override the family's value. */
function given(input: Record<string, unknown>): Partial<Proposal['input']> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
