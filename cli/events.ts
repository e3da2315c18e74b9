/** `npm run events`: secrets of receivers, what is not delivered yet, and what was given up. */
import { EXIT_HELP, program } from './events/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
