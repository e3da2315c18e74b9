/** Cleans up after the emulator even when it is killed by a signal that it cannot handle. */

import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ <group>` and `- <group>` lines. At the end of input the emulator has ended: the script kills the remaining
 * process groups and removes the folder given as first argument. Plain sh, because it takes only 1 MB of memory.
 */
const SCRIPT = `
groups=' '
while read -r what group; do
  case $what in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
rm -rf -- "$1"
`;

/** A child process that outlives the emulator. */
export class Reaper {
  private readonly child: ChildProcess;

  /** @param folder removed when the emulator ends, in whatever way */
  constructor(folder: string) {
    this.child = spawn('/bin/sh', ['-c', SCRIPT, 'reaper', folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.child.stdin?.on('error', () => {});
    this.child.unref();
  }

  /** Adds a process group to kill when the emulator has ended. */
  watch(group: number): void {
    this.child.stdin?.write(`+ ${group}\n`);
  }

  forget(group: number): void {
    this.child.stdin?.write(`- ${group}\n`);
  }

  /** Kills the remaining process groups and removes the folder; resolves when both are done. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.child.ref();
      this.child.once('exit', () => resolve());
      this.child.stdin?.end();
    });
  }
}
