/** `npm run console`: a deployment's pages on this machine, with signed requests. */
import { program } from './console/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';
import { processTerminal } from './terminal/terminal.ts';

await runProgram(program(processTerminal), { messageOf });
