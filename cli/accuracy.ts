/** `npm run accuracy -- <endpoint>`: how well an endpoint counts, estimated without labels. */
import { EXIT_HELP, program } from './accuracy/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
