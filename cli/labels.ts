/** `npm run labels -- export|import <endpoint>`: pictures of an endpoint for labelling tools, and their labels back. */
import { EXIT_HELP, program } from './labels/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
