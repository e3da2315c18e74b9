/** `npm run doctor`: checks an account before and after a deployment. */
import { EXIT_HELP } from './doctor/exit-codes.ts';
import { program } from './doctor/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
