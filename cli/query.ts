/** `npm run query -- "select …"`: SQL over the results. */
import { EXIT_HELP, program } from './query/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
