import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COUNTER_NANO, ROOT, temporaryFolder } from '../model/command.ts';

const PICTURE = join(COUNTER_NANO, 'golden/empty-road.jpg');

/** Answers more pictures than a test can wait for, and says when it has begun. */
const PROGRAM = `
import { answerAll } from ${JSON.stringify(join(ROOT, 'cli/challenge/answer.ts'))};
const variant = { folder: ${JSON.stringify(COUNTER_NANO)}, options: { labels: ['car'], annotate: false } };
const pictures = Array(100_000).fill(${JSON.stringify(PICTURE)});
await answerAll([variant], pictures, { progress: (done) => done === 5 && console.log('begun'), processes: 2 });
`;

test('Ctrl-C ends a comparison and its processes, without a word', async () => {
  const program = join(temporaryFolder(), 'program.mjs');
  writeFileSync(program, PROGRAM);
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A terminal sends Ctrl-C to the whole group.
    detached: true,
  });
  const [stderr] = [text(child.stderr), await once(child.stdout, 'data')];
  process.kill(-(child.pid as number), 'SIGINT');
  // When all have ended that write to its streams.
  const [code, signal] = await once(child, 'close');
  expect({ code, signal, stderr: await stderr }).toEqual({ code: null, signal: 'SIGINT', stderr: '' });
});
