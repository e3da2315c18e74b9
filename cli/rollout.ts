/** `npm run rollout -- <command>`: shows and steers rollouts. */
import { messageOf } from './rollout/errors.ts';
import { EXIT_HELP } from './rollout/exit-codes.ts';
import { program } from './rollout/program.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
