/** `npm run model -- <command>`: adds, measures and manages model packages. */
import { Command } from 'commander';
import { addCommand } from './model/commands/add-command.ts';
import { evalCommand } from './model/commands/eval-command.ts';
import { packageCommands } from './model/commands/package-commands.ts';
import { useCommand } from './model/commands/use-command.ts';
import { runProgram } from './terminal/run-program.ts';

const program = new Command('model')
  .description('Adds, measures and manages model packages of object detectors.')
  .addCommand(addCommand())
  .addCommand(evalCommand())
  .addCommand(useCommand());

for (const command of packageCommands()) program.addCommand(command);

await runProgram(program);
