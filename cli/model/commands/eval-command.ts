import { Command, Option } from 'commander';
import { processTerminal } from '../../terminal/terminal.ts';
import { CRITERIA } from '../evaluation/best-threshold.ts';
import { MODELS } from '../files/package-folder.ts';
import { PROTOCOLS } from '../run/protocol.ts';
import { list, size, whole } from './arguments.ts';
import { type EvalOptions, evaluateCommand } from './eval.ts';

/** Command line of `model eval`. */
export function evalCommand(): Command {
  return new Command('eval')
    .description('measures a model on annotated photos, alone or against another model')
    .argument('<name>', 'model package')
    .requiredOption('--photos <folder>', 'folder of photos')
    .requiredOption('--truth <file>', 'annotations: COCO, or a format of this project (docs/evaluation.md)')
    .option('--baseline <name>', 'model package to compare with, photo by photo')
    .option('--labels <a,b>', 'labels to evaluate; default: all that both the model and the truth have', list)
    .addOption(new Option('--criterion <which>', 'criterion for the best threshold').choices(CRITERIA).default('f1'))
    .addOption(
      new Option('--protocol <name>', 'protocol of published numbers for AP; default: as served').choices(
        Object.keys(PROTOCOLS),
      ),
    )
    .option('--try-size <size>', 'measures the model with another input size, too, such as 640 or 640x480', size)
    .option('--write-thresholds', 'writes thresholds that are proven better into the manifest and measures again')
    .option('--json', 'prints JSON instead of tables')
    .option('--html <file>', 'writes a report page with plots and the worst photos')
    .option('--fail-if-worse', 'exit code 3 if any mean is worse than the baseline’s')
    .option('--threads <n>', 'threads per inference; endpoints use 1 for each 1,769 MB of memory', whole(1, 64), 1)
    .option('--resamples <n>', 'resamples of the bootstrap', whole(100, 100_000), 1000)
    .option('--seed <n>', 'seed of the bootstrap', whole(0, 2 ** 32 - 1), 1)
    .option('--models <folder>', 'the folder of model packages', MODELS)
    .action((name: string, options: EvalOptions) => evaluateCommand(name, options, processTerminal));
}
