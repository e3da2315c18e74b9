/** `npm run erase -- <endpoint> <id>`: deletes a picture and all that was made from it. */
import { EXIT_HELP, program } from './erase/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
