import { Command } from 'commander';
import { processTerminal } from '../../terminal/terminal.ts';
import { MODELS } from '../files/package-folder.ts';
import { checkCommand } from './check.ts';
import { listCommand } from './list.ts';
import { optimizeCommand } from './optimize.ts';
import { removeCommand } from './remove.ts';
import { showCommand } from './show.ts';

/** The commands that look at packages, as the command line takes them: `list`, `show`, `check`, `optimize`, `remove`. */
export function packageCommands(): Command[] {
  return [
    inModels('list', 'lists the model packages')
      .option('--json', 'prints JSON instead of a table')
      .option('--catalog', 'lists what can be added by name')
      .action((options) => listCommand(options, processTerminal)),
    inModels('show', 'shows all that a package says')
      .argument('<name>', 'the model package')
      .option('--json', 'prints JSON instead of a table')
      .action((name, options) => showCommand(name, options, processTerminal)),
    inModels('check', 'asks what the golden gate will ask: manifest, checksum, ONNX Runtime, golden pictures')
      .argument('[name]', 'the model package; default: all of them')
      .action((name, options) => checkCommand(name, options, processTerminal)),
    inModels('optimize', 'writes ONNX Runtime’s optimized format for this kind of machine, if that gains anything')
      .argument('<name>', 'the model package')
      .option('--force', 'although it gains nothing here')
      .action((name, options) => optimizeCommand(name, options, processTerminal)),
    inModels('remove', 'deletes a package; deployed versions keep their copy')
      .argument('<name>', 'the model package')
      .option('--force', 'although an endpoint names it')
      .action((name, options) => removeCommand(name, options, processTerminal)),
  ];
}

function inModels(name: string, description: string): Command {
  return new Command(name).description(description).option('--models <folder>', 'the folder of model packages', MODELS);
}
