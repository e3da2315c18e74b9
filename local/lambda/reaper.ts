/** Ends what is left when the laptop itself is killed without a chance to tidy up. */

import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ <group>` and `- <group>` lines. The end of input means that the laptop is gone: then the process groups that
 * are left are killed, and the folder given as first argument goes too. Plain sh, because it costs 1 MB while it waits.
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

/** A watcher process beside the laptop. */
export class Reaper {
  private readonly child: ChildProcess;

  /** @param folder is removed with everything in it when the laptop ends, however it ends */
  constructor(folder: string) {
    this.child = spawn('/bin/sh', ['-c', SCRIPT, 'reaper', folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.child.stdin?.on('error', () => {});
    this.child.unref();
  }

  /** A process group to kill when the laptop is gone. */
  watch(group: number): void {
    this.child.stdin?.write(`+ ${group}\n`);
  }

  forget(group: number): void {
    this.child.stdin?.write(`- ${group}\n`);
  }

  /** Kills what is still watched, removes the folder, and resolves when that is done. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.child.ref();
      this.child.once('exit', () => resolve());
      this.child.stdin?.end();
    });
  }
}
