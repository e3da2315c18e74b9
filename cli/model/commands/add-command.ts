import { Command, Option } from 'commander';
import { FAMILIES } from '../../../functions/detection/decoders/families.ts';
import { processTerminal } from '../../terminal/terminal.ts';
import { MODELS } from '../files/package-folder.ts';
import type { Proposal } from '../identify/facts.ts';
import type { AddOptions } from '../package/add-options.ts';
import { addCommand as add } from './add.ts';
import { boxes, checksum, factor, fit, share, size, triple, version } from './arguments.ts';

type Given = Omit<AddOptions, 'input'> & Proposal['input'];

/** `model add`, as the command line takes it. */
export function addCommand(): Command {
  return new Command('add')
    .description('makes a model package of an ONNX file, and refuses what would not serve')
    .argument('<model>', 'a file, an https address, or a name of models/catalog.json')
    .option('--name <name>', 'the package’s name; default: the file’s')
    .option('--as <name>', 'the file is this model of the catalog')
    .option('--sha256 <digits>', 'the file’s checksum; another file is refused', checksum)
    .option('--labels <which>', 'the class names in the model’s order: a,b,c, a file, coco-80, coco-90 or coco-91')
    .option('--licence <spdx>', 'the weights’ licence')
    .option(
      '--golden <folder>',
      'golden pictures that show what the model knows; default: apples, cars, plants, an empty road',
    )
    .option('--golden-truth <file>', 'what is in them, in a format of docs/evaluation.md')
    .option('--replace', 'takes the place of a package of the same name')
    .option('--package-version <version>', 'the package’s version', version, '1.0.0')
    .optionsGroup('What the file does not tell, if the guess is wrong:')
    .addOption(new Option('--family <family>', 'what the outputs mean').choices(FAMILIES))
    .option('--size <size>', 'width and height for a model that takes any, as 640x640', size)
    .addOption(new Option('--colour <order>', 'order of the colours').choices(['RGB', 'BGR']))
    .option('--scale <factor>', 'pixel · scale, as 1 or 1/255', factor)
    .option('--mean <a,b,c>', 'then less the mean, in the order of the colours', triple)
    .option('--std <a,b,c>', 'then divided by this', triple)
    .option('--fit <how>', 'stretch, top-left or centre[:grey]', fit)
    .option('--boxes <how>', 'for ssd: order, unit, first class, as yxyx,share,1', boxes)
    .option('--confidence <share>', 'least confidence of a detection; default 0.4', share)
    .option('--iou <share>', 'IoU over which two boxes are one object; default by family', share)
    .addOption(new Option('--nms <scope>', 'which boxes suppress each other').choices(['per-class', 'across-classes']))
    .option('--models <folder>', 'the folder of model packages', MODELS)
    .action((model: string, { colour, scale, mean, std, fit: placing, ...options }: Given) =>
      add(model, { ...options, input: given({ colour, scale, mean, std, fit: placing }) }, processTerminal),
    );
}

/** What was really given: an absent option must not hide a family's own value. */
function given(input: Record<string, unknown>): Partial<Proposal['input']> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
