/** `npm run versions -- <command>`: lists and deletes published versions. */
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';
import { EXIT_HELP, program } from './versions/program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
