import { execFileSync } from 'node:child_process';

/** A process of a function. */
export interface FunctionProcess {
  readonly pid: number;
  /** Resident memory, kilobytes. */
  readonly memory: number;
  /** Processor time, as `ps` writes it: it differs where the process has worked. */
  readonly time: string;
}

/** The processes of functions that a laptop has started, by process id. */
export function functionProcesses(laptop: number): ReadonlyMap<number, FunctionProcess> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,time=,args='], { encoding: 'utf8' });
  const processes = lines
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', memory = '', time = '', ...args] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), memory: Number(memory), time, args: args.join(' ') };
    });
  const functions = processes.filter(({ parent, args }) => parent === laptop && args.includes('bootstrap'));
  return new Map(functions.map(({ pid, memory, time }) => [pid, { pid, memory, time }]));
}
