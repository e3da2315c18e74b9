/** `npm run ci -- <command>`: writes the workflows of a pipeline, and runs their steps. */
import { EXIT_HELP } from './ci/exit-codes.ts';
import { messageOf } from './ci/message.ts';
import { program } from './ci/program.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
