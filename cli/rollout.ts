/** `npm run rollout -- <command>`: shows and steers rollouts. */
import { program, runProgram } from './rollout/program.ts';

await runProgram(program());
