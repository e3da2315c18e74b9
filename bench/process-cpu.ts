import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Processor time of another process cannot be read on this system. */
export class CpuTimeUnknownError extends Error {
  override readonly name = 'CpuTimeUnknownError';
}

/**
 * Processor time of a process with all its threads since its start, in user and kernel mode, milliseconds, to 10 ms.
 * @throws CpuTimeUnknownError on systems without /proc, as macOS
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, fields 14 and 15
 */
export function cpuTimeOf(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) throw new CpuTimeUnknownError(`Expected ${file} for the processor time, received none`);
  const text = readFileSync(file, 'utf8');
  // The second field, the name in brackets, may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond();
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}
