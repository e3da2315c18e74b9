/** The output of `rollout watch`: a bar over the steps on a terminal, lines elsewhere, JSON lines with `--json`. */

import { MultiBar, Presets } from 'cli-progress';
import type { Standing } from '../../functions/standing/standing.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Shows one status after the other. */
export interface Screen {
  /** @param news one line, if there is a change */
  show(standing: Standing, news: string | undefined): void;
  /** The last line. */
  end(line: string): void;
  /** Restores the terminal. */
  close(): void;
}

/** The screen for a terminal. */
export function screenFor(terminal: Terminal, json: boolean): Screen {
  if (json) return jsonLines(terminal);
  return terminal.isInteractive ? barScreen(terminal) : plainLines(terminal);
}

function jsonLines(terminal: Terminal): Screen {
  return {
    show: (standing, news) => {
      if (news !== undefined) terminal.print(JSON.stringify(standing));
    },
    end: () => {},
    close: () => {},
  };
}

function plainLines(terminal: Terminal): Screen {
  return {
    show: (_standing, news) => {
      if (news !== undefined) terminal.print(news);
    },
    end: terminal.print,
    close: () => {},
  };
}

function barScreen(terminal: Terminal): Screen {
  const bars = new MultiBar({ format: '{bar} {label}', hideCursor: true, barsize: 24 }, Presets.shades_classic);
  const bar = bars.create(1, 0, { label: '' });
  // Because a second stop moves the cursor up, over the last line.
  let stopped = false;
  const stop = () => {
    if (!stopped) bars.stop();
    stopped = true;
  };
  return {
    show: (standing, news) => {
      if (news !== undefined) bars.log(`${news}\n`);
      const { done, of, label } = progressOf(standing);
      bar.setTotal(of);
      bar.update(done, { label });
      bars.update();
    },
    end: (line) => {
      stop();
      terminal.print(line);
    },
    close: stop,
  };
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
