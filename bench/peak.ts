import { readFileSync } from 'node:fs';

/**
 * The peak of this process's resident memory, MiB. On Linux from `VmHWM`, because the `maxRSS` of `resourceUsage`
 * begins with the parent's memory at the fork.
 *
 * @throws Error when Linux reports no `VmHWM`
 */
export function peakMiB(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('Expected VmHWM in /proc/self/status, received none');
  return Number(kilobytes) / 1024;
}
