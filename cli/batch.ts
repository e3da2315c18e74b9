/** `npm run batch -- <command>`: runs an endpoint's function over pictures in S3. */
import { EXIT_HELP } from './batch/exit-codes.ts';
import { program } from './batch/program.ts';
import { messageOf } from './rollout/errors.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program(), { messageOf, help: EXIT_HELP });
