import { execFileSync } from 'node:child_process';

/** Resident memory of the processes that a laptop has started, kilobytes by process id. */
export function functionProcesses(laptop: number): ReadonlyMap<number, number> {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' }).trim().split('\n');
  const processes = lines.map((line) => {
    const [pid = '', parent = '', memory = '', ...args] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), memory: Number(memory), args: args.join(' ') };
  });
  const functions = processes.filter(({ parent, args }) => parent === laptop && args.includes('bootstrap'));
  return new Map(functions.map(({ pid, memory }) => [pid, memory]));
}
