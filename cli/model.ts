/** `npm run model -- <command>`: model packages from file to endpoint. */
import { Command } from 'commander';
import { evalCommand } from './model/commands/eval-command.ts';
import { runProgram } from './model/terminal/run-program.ts';

const program = new Command('model')
  .description('Adds detectors as model packages, looks at them, and measures how good they are.')
  .addCommand(evalCommand());

await runProgram(program);
