/** `npm run model -- <command>`: model packages from file to endpoint. */
import { Command } from 'commander';
import { addCommand } from './model/commands/add-command.ts';
import { evalCommand } from './model/commands/eval-command.ts';
import { packageCommands } from './model/commands/package-commands.ts';
import { runProgram } from './terminal/run-program.ts';

const program = new Command('model')
  .description('Adds detectors as model packages, looks at them, and measures how good they are.')
  .addCommand(addCommand())
  .addCommand(evalCommand());

for (const command of packageCommands()) program.addCommand(command);

await runProgram(program);
