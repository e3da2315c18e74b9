import { Command, Option } from 'commander';
import { processTerminal } from '../../terminal/terminal.ts';
import { CRITERIA } from '../evaluation/best-threshold.ts';
import { MODELS } from '../files/package-folder.ts';
import { list, whole } from './arguments.ts';
import { type EvalOptions, evaluateCommand } from './eval.ts';

/** `model eval`, as the command line takes it. */
export function evalCommand(): Command {
  return new Command('eval')
    .description('measures a model on photos of which the truth is known, alone or against another model')
    .argument('<name>', 'the model package')
    .requiredOption('--photos <folder>', 'the folder of photos')
    .requiredOption(
      '--truth <file>',
      'what is in them: COCO annotations, or this project’s formats (docs/evaluation.md)',
    )
    .option('--baseline <name>', 'another model package to compare with, photo by photo')
    .option('--labels <a,b>', 'only these labels; default: all of the truth that the model knows', list)
    .addOption(new Option('--criterion <which>', 'by what a threshold is the best').choices(CRITERIA).default('f1'))
    .option('--write-thresholds', 'writes the best thresholds into the package’s manifest and measures again')
    .option('--json', 'prints JSON instead of tables')
    .option('--html <file>', 'writes a page with plots and the worst pictures')
    .option('--fail-if-worse', 'ends with exit code 3 if the model is worse than the baseline by any mean')
    .option('--threads <n>', 'threads of an inference; endpoints use 1', whole(1, 64), 1)
    .option('--resamples <n>', 'draws of the bootstrap', whole(100, 100_000), 1000)
    .option('--seed <n>', 'seed of the bootstrap', whole(0, 2 ** 32 - 1), 1)
    .option('--models <folder>', 'the folder of model packages', MODELS)
    .action((name: string, options: EvalOptions) => evaluateCommand(name, options, processTerminal));
}
