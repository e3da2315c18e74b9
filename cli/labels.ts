/** `npm run labels -- export|import|review <endpoint>`: pictures for labelling tools and for people. */
import { EXIT_HELP, program } from './labels/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
