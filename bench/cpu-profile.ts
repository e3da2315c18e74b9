import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Where Node listens after SIGUSR1. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list';

interface Answer {
  readonly id?: number;
  readonly result?: { readonly profile?: object };
}

/**
 * Profiles another Node process while `work` runs, and writes `file`: a `.cpuprofile`, which the performance panel of
 * Chrome, VS Code and speedscope draw as a flame graph.
 * @see https://nodejs.org/api/debugger.html, https://chromedevtools.github.io/devtools-protocol/v8/Profiler/
 */
export async function profileProcess(pid: number, file: string, work: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await inspectorUrl());
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`Expected an inspector of process ${pid}, received none`)));
  });
  let last = 0;
  const call = (method: string): Promise<Answer> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method }));
    return new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const answer = JSON.parse(String(data)) as Answer;
        if (answer.id === id) resolve(answer);
      });
    });
  };
  await call('Profiler.enable');
  await call('Profiler.start');
  await work();
  const { result } = await call('Profiler.stop');
  socket.close();
  await writeFile(file, JSON.stringify(result?.profile));
}

async function inspectorUrl(): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const targets = await fetch(INSPECTOR).then(
      (response) => response.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
      () => [],
    );
    if (targets[0]) return targets[0].webSocketDebuggerUrl;
    await setTimeout(100);
  }
  throw new Error(`Expected an inspector at ${INSPECTOR}, received none in 5 s`);
}
