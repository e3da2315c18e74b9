import { Presets, SingleBar } from 'cli-progress';

/** Told how far something is. */
export type Progress = (done: number, of: number) => void;

/**
 * A progress bar on the terminal's error stream, so that results can be piped; nothing where that is no terminal.
 * @param show how a number is shown, default as it is
 */
export function progressBar(
  what: string,
  show: (value: number) => string = String,
): { tell: Progress; end: () => void } {
  if (!process.stderr.isTTY) return { tell: () => {}, end: () => {} };
  const bar = new SingleBar(
    {
      format: `${what} {bar} {shown} of {of}, {eta_formatted} left`,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const tell: Progress = (done, of) => {
    const payload = { shown: show(done), of: show(of) };
    if (bar.isActive) bar.update(done, payload);
    else bar.start(of, done, payload);
  };
  return { tell, end: () => bar.stop() };
}
