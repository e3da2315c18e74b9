/** The output of `rollout watch`: one block on a terminal, a line per change elsewhere, JSON lines with `--json`. */

import { MultiBar, Presets } from 'cli-progress';
import type { Standing } from '../../functions/standing/standing.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { verdictInWords } from './watch-lines.ts';

/** What is shown with a status. */
interface Beside {
  /** One line, if there is a change. */
  readonly news: string | undefined;
  /** Address of the page, while people can judge. */
  readonly judgePage: string | undefined;
}

/** Shows one status after the other. */
export interface Screen {
  show(standing: Standing, beside: Beside): void;
  /** The last line. */
  end(line: string): void;
  /** Restores the terminal. */
  close(): void;
}

/** The screen for a terminal. */
export function screenFor(terminal: Terminal, json: boolean): Screen {
  if (json) return jsonLines(terminal);
  return terminal.isInteractive ? blockScreen(terminal) : plainLines(terminal);
}

function jsonLines(terminal: Terminal): Screen {
  return {
    show: (standing, { news }) => {
      if (news !== undefined) terminal.print(JSON.stringify(standing));
    },
    end: () => {},
    close: () => {},
  };
}

function plainLines(terminal: Terminal): Screen {
  return {
    show: (_standing, { news }) => {
      if (news !== undefined) terminal.print(news);
    },
    end: terminal.print,
    close: () => {},
  };
}

/** Lines for the verdict below the bar. */
const WORD_LINES = 6;

/** One block that changes: a bar over the steps, and the verdict below it. */
function blockScreen({ print, width }: Terminal): Screen {
  const bars = new MultiBar({ format: '{bar} {label}', hideCursor: true, barsize: 24 }, Presets.shades_classic);
  const bar = bars.create(1, 0, { label: '' });
  const lines = Array.from({ length: WORD_LINES }, () => bars.create(1, 0, { line: '' }, { format: '{line}' }));
  // Because a second stop moves the cursor up, over the last line.
  let stopped = false;
  const stop = () => {
    if (!stopped) bars.stop();
    stopped = true;
  };
  return {
    show: (standing, { judgePage }) => {
      const { done, of, label } = progressOf(standing);
      bar.setTotal(of);
      bar.update(done, { label });
      const words = blockLines(standing, width, judgePage);
      for (const [index, line] of lines.entries()) line.update(0, { line: words[index] ?? '' });
      bars.update();
    },
    end: (line) => {
      stop();
      print(line);
    },
    close: stop,
  };
}

/** The verdict, and the page's address in a line of its own. */
export function blockLines(standing: Standing, width: number, judgePage?: string): string[] {
  const page = judgePage === undefined ? [] : wrapped(`People judge: ${judgePage}`, { width, most: 2 });
  return [...wrapped(verdictOf(standing), { width, most: WORD_LINES - page.length }), ...page];
}

function verdictOf({ rollout, traffic }: Standing): string {
  return rollout ? `${verdictInWords(rollout)} [${traffic}]` : traffic;
}

/** A text in lines of less than `width` characters; what does not fit into `most` lines is left out. */
export function wrapped(text: string, { width, most }: { readonly width: number; readonly most: number }): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.slice(0, width - 1));
  }
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  return [...kept.slice(0, -1), `${kept.at(-1)?.slice(0, width - 3)} …`];
}

/** Finished steps, of all steps. */
export function progressOf({ phase, endpoint, rollout }: Standing): { done: number; of: number; label: string } {
  if (!rollout) return { done: 0, of: 1, label: `${endpoint} ${phase}` };
  const { steps, step_number, step, version, outcome } = rollout;
  const finished = phase === 'done' ? steps.length : step_number - 1;
  const state = phase === 'running' ? (outcome ?? phase) : phase;
  const label = `${endpoint} version ${version}: step ${step_number} of ${steps.length}, ${step}, ${state}`;
  return { done: finished, of: steps.length, label };
}
