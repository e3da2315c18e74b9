/** `npm run drift -- <endpoint>`: what has changed in the pictures and answers of an endpoint. */
import { EXIT_HELP, program } from './drift/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
