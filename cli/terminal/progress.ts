import { Presets, SingleBar } from 'cli-progress';

/** Reports progress. */
export type Progress = (done: number, of: number) => void;

/**
 * A progress bar on the error stream, so that results can be piped. No bar if the error stream is no terminal.
 * @param show format of a number. Default: the number itself
 */
export function progressBar(
  what: string,
  show: (value: number) => string = String,
): { report: Progress; end: () => void } {
  if (!process.stderr.isTTY) return { report: () => {}, end: () => {} };
  const bar = new SingleBar(
    {
      format: `${what} {bar} {shown} of {of}, {eta_formatted} left`,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const report: Progress = (done, of) => {
    const payload = { shown: show(done), of: show(of) };
    if (bar.isActive) bar.update(done, payload);
    else bar.start(of, done, payload);
  };
  return { report, end: () => bar.stop() };
}
