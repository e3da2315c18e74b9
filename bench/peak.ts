import { readFileSync } from 'node:fs';

/**
 * The peak of this process's resident memory, MiB. On Linux by `VmHWM`: the `maxRSS` of `resourceUsage` starts with
 * what the parent held when it forked, so a child of a large process would look large.
 */
export function peakMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('Expected VmHWM in /proc/self/status, received none');
  return Number(kilobytes) / 1024;
}
