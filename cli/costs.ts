/** `npm run costs`: estimates the bill of a deployment. */
import { program } from './costs/program.ts';
import { runProgram } from './terminal/run-program.ts';

await runProgram(program());
