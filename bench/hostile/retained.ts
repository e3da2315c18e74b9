/** Memory that a Node.js process keeps after a garbage collection, read through its inspector. */

import { setTimeout } from 'node:timers/promises';

/** Memory of a process after a garbage collection, kilobytes. */
export interface Retained {
  /** Resident memory. */
  readonly resident: number;
  /** Objects of JavaScript. */
  readonly heap: number;
  /** Buffers. */
  readonly external: number;
}

/** Node.js opens its inspector there on SIGUSR1, unless its option `--inspect-port` names another port. */
const INSPECTOR_PORT = 9229;
const TRIES = 100;
const POLL_MS = 50;

/**
 * Because V8 collects its young generation only when that is full, resident memory alone says little: with the 88 MB
 * that Lambda allows for 1,769 MB, garbage makes up most of it.
 * @throws Error where another process holds the port of the inspector
 */
export async function retainedBy(pid: number, port = INSPECTOR_PORT): Promise<Retained> {
  process.kill(pid, 'SIGUSR1');
  const session = await Session.open(await inspectorAddress(port));
  try {
    const owner = await session.evaluate('process.pid');
    if (owner !== pid) throw new Error(`Expected the inspector of process ${pid} on port ${port}, received ${owner}`);
    await session.send('HeapProfiler.enable');
    // Twice, because finalizers of the first collection release further memory.
    for (const _ of [1, 2]) await session.send('HeapProfiler.collectGarbage');
    const { rss, heapUsed, external } = JSON.parse(
      String(await session.evaluate('JSON.stringify(process.memoryUsage())')),
    );
    // After this session, because closing waits for the end of all sessions.
    await session.evaluate("void setTimeout(() => process.getBuiltinModule('node:inspector').close(), 20)");
    const [resident, heap, other] = [rss, heapUsed, external].map((bytes: number) => Math.round(bytes / 1024));
    return { resident, heap, external: other } as Retained;
  } finally {
    session.close();
    await released(port);
  }
}

async function inspectorAddress(port: number): Promise<string> {
  for (const _ of Array(TRIES).keys()) {
    const targets = await targetsOrNone(port);
    if (targets[0]) return targets[0].webSocketDebuggerUrl;
    await setTimeout(POLL_MS);
  }
  throw new Error(`Expected an inspector on port ${port} after SIGUSR1, received none`);
}

/** Waits until the port is free for the next process. */
async function released(port: number): Promise<void> {
  for (const _ of Array(TRIES).keys()) {
    if ((await targetsOrNone(port)).length === 0) return;
    await setTimeout(POLL_MS);
  }
}

async function targetsOrNone(port: number): Promise<{ webSocketDebuggerUrl: string }[]> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`, { headers: { connection: 'close' } }).catch(
    () => undefined,
  );
  return response ? ((await response.json()) as { webSocketDebuggerUrl: string }[]) : [];
}

/** One connection of the Chrome DevTools Protocol. */
class Session {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (result: Record<string, unknown>) => void>();
  private last = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data));
      this.waiting.get(id)?.(result);
      this.waiting.delete(id);
    });
  }

  static async open(address: string): Promise<Session> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new Session(socket);
  }

  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.last++;
    const id = this.last;
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    this.waiting.set(id, resolve);
    this.socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.send('Runtime.evaluate', { expression });
    return (result as { value?: unknown }).value;
  }

  close(): void {
    this.socket.close();
  }
}
