/** One line of the table, for the terminal and in Markdown. */

import type { Colour, Terminal } from '../../terminal/terminal.ts';

/** The result of a check. `none`: nothing to check. `info`: numbers without a verdict. */
export type Outcome = 'passed' | 'failed' | 'none' | 'info';

/** A check with its outcome. */
export interface Row {
  readonly check: string;
  readonly outcome: Outcome;
  /** Lines. */
  readonly details: readonly string[];
}

const WORDS: Readonly<Record<Outcome, string>> = { passed: 'passed', failed: 'FAILED', none: '–', info: '–' };
const COLOURS: Readonly<Record<Outcome, Colour>> = { passed: 'green', failed: 'red', none: 'dim', info: 'dim' };

/** Lines and characters of one check in a comment, because GitHub allows 65,536 characters in all. */
const MOST_LINES = 30;
const MOST_CHARACTERS = 400;

/** Rows with the same details as one. */
export function merged(rows: readonly Row[]): Row[] {
  const groups = Map.groupBy(rows, ({ outcome, details }) => JSON.stringify([outcome, details]));
  return [...groups.values()].map((group) => ({
    ...(group[0] as Row),
    check: group.map(({ check }) => check).join(', '),
  }));
}

/** The row for a terminal. */
export function rowInText({ check, outcome, details }: Row, terminal: Pick<Terminal, 'paint'>): string {
  const words = terminal.paint(COLOURS[outcome], WORDS[outcome].padEnd('passed'.length));
  return [`${words}  ${check}`, ...details.map((line) => `        ${line}`)].join('\n');
}

/** The first line of a comment, by which `comment` finds its own one. */
export const MARKER = '<!-- written by npm run ci -- check -->';

/** The comment: the verdict, the table, and how to repeat it. @param base the commit before, 40 digits */
export function tableInMarkdown(rows: readonly Row[], base: string): string {
  const lines = rows.map(({ check, outcome, details }) => {
    const result = outcome === 'failed' ? `**${WORDS.failed}**` : WORDS[outcome];
    return `| ${cell([check])} | ${result} | ${cell(details)} |`;
  });
  return [
    MARKER,
    `### ${verdictOf(rows)}`,
    '',
    '| check | result | details |',
    '|---|---|---|',
    ...lines,
    '',
    `Compared with ${base.slice(0, 10)}. To repeat it: \`npm run ci -- check --base ${base.slice(0, 10)}\``,
    '',
  ].join('\n');
}

/** How many checks failed, and which. */
export function verdictOf(rows: readonly Row[]): string {
  const judged = rows.filter(({ outcome }) => outcome === 'passed' || outcome === 'failed');
  const failed = judged.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check);
  if (failed.length > 0) return `${failed.length} of ${judged.length} checks failed: ${failed.join(', ')}`;
  return judged.length === 1 ? 'The check passed' : `All ${judged.length} checks passed`;
}

/** Lines as one cell: GitHub's tables have no line ends, and read `|` as the next cell. */
function cell(lines: readonly string[]): string {
  const more = lines.length - MOST_LINES;
  const shown = lines.slice(0, MOST_LINES).map((line) => escaped(shortened(line)));
  return [...shown, ...(more > 0 ? [`… ${more} more lines in the log`] : [])].join('<br>');
}

function shortened(line: string): string {
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)} …` : line;
}

/** Because file names and messages of a pull request must not become links, pictures, mentions or emphasis. */
function escaped(line: string): string {
  return line
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('@', '@<!-- -->');
}
