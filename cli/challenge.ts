/** Compares challengers with live, for `npm run deploy -- --challengers`. */
import { EXIT_HELP, program } from './challenge/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
