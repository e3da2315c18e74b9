import { Command } from 'commander';
import { processTerminal } from '../../terminal/terminal.ts';
import { MODELS } from '../files/package-folder.ts';
import { checkCommand } from './check.ts';
import { listCommand } from './list.ts';
import { optimizeCommand } from './optimize.ts';
import { removeCommand } from './remove.ts';
import { showCommand } from './show.ts';

/** Command lines of `list`, `show`, `check`, `optimize` and `remove`. */
export function packageCommands(): Command[] {
  return [
    inModels('list', 'lists the model packages')
      .option('--json', 'prints JSON instead of a table')
      .option('--catalog', 'lists the models that can be added by name')
      .action((options) => listCommand(options, processTerminal)),
    inModels('show', 'shows the manifest and the model file of a package')
      .argument('<name>', 'model package')
      .option('--json', 'prints JSON instead of a table')
      .action((name, options) => showCommand(name, options, processTerminal)),
    inModels('check', 'runs the checks of the golden gate: manifest, checksum, ONNX Runtime, golden pictures')
      .argument('[name]', 'model package; default: all')
      .action((name, options) => checkCommand(name, options, processTerminal)),
    inModels(
      'optimize',
      'writes the model in ONNX Runtime’s optimized format for this type of machine, if it loads faster',
    )
      .argument('<name>', 'model package')
      .option('--force', 'keep the file even without a gain')
      .action((name, options) => optimizeCommand(name, options, processTerminal)),
    inModels('remove', 'deletes a package; deployed versions keep their own copy')
      .argument('<name>', 'model package')
      .option('--force', 'delete it even if an endpoint uses it')
      .action((name, options) => removeCommand(name, options, processTerminal)),
  ];
}

function inModels(name: string, description: string): Command {
  return new Command(name).description(description).option('--models <folder>', 'the folder of model packages', MODELS);
}
