import { inPercent } from '../../functions/report/format.ts';
import type { Cell, Quantiles } from './cells.ts';

/** The share of wrong endings that the default gates promise to stay under. */
export const PROMISED = 0.01;

const HEADER = [
  'fault',
  'requests per minute',
  'right',
  'wrong',
  'held',
  'wrong, at most (95 %)',
  'live requests touched, median (95 %)',
  'virtual time, median (95 %)',
  'ended in',
];

/** The cells as a Markdown table. */
export function table(cells: readonly Cell[]): string {
  return alignedTable([HEADER, ...cells.map(rowOf)]);
}

/** Rows as a Markdown table, its columns aligned for reading as text. The first row is the header. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[], fill = ' ') =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const rule = line(
    header.map(() => '-'),
    '-',
  );
  return [line(header), rule, ...body.map((row) => line(row))].join('\n');
}

function rowOf(cell: Cell): string[] {
  const share = (count: number) => inPercent(count / cell.rollouts);
  return [
    cell.scenario,
    String(cell.volume),
    share(cell.right),
    share(cell.wrong),
    share(cell.held),
    inPercent(cell.wrongAtMost),
    pair(cell.touched, (value) => String(Math.round(value))),
    pair(cell.minutes, duration),
    Object.entries(cell.endedIn)
      .toSorted(([, a], [, b]) => b - a)
      .map(([step, count]) => `${step} ${share(count)}`)
      .join(', '),
  ];
}

function pair({ median, most }: Quantiles, words: (value: number) => string): string {
  return `${words(median)} (${words(most)})`;
}

function duration(minutes: number): string {
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 1440).toFixed(1)} d`;
}

/** Broken promises: cells with too many wrong endings. */
export function broken(cells: readonly Cell[]): readonly string[] {
  return cells
    .filter(({ wrong, rollouts }) => wrong / rollouts >= PROMISED)
    .map(
      ({ scenario, volume, wrong, rollouts }) =>
        `${scenario}, ${volume} requests per minute: ${wrong} of ${rollouts} ended wrong`,
    );
}

/** The page of the documentation, made by the command that it names. A backslash before a line end joins lines. */
export function page(cells: readonly Cell[], command: string): string {
  const [equal, faulty] = [cells.filter((cell) => !cell.faulty), cells.filter((cell) => cell.faulty)];
  const rollouts = cells[0]?.rollouts ?? 0;
  return `# What the default rollout does, simulated

Made by \`${command}\`; do not edit. The real plan, agreement, verdict and decision code runs over seeded \
virtual traffic:
${rollouts} rollouts in every row. No clock, no AWS, no model.

The plan is the default one (a shadow of 500 pictures, 10 %, 50 %, all) with its default gates, where a row \
does not say
otherwise. *Right*: an equal candidate got all traffic, a faulty one was rolled back. *Wrong*: the other way \
round. *Held*: after
\`maxHold\` (2 days in a step) an alarm was raised, and a person decides. *Ended in*: the kind of step; \
\`weight\` is a canary.

The promise is fewer than 1 wrong in 100, in every row. The command fails where it does not hold.

## Candidates as good as live

${table(equal)}

## Candidates with a fault

Live fails in 0.1 % of its requests here.

${table(faulty)}

${TRAFFIC_MODEL}${CHOICE_OF_GATES}`;
}

const TRAFFIC_MODEL = `## The virtual world

- Traffic is Poisson, by day nine times as many requests as by night; rollouts start at any time of day. \
Metrics come two
  minutes late, those of crashes four, those of timeouts five. The golden gate is passed.
- Times are log-normal around 100 ms, σ of their logarithm 0.39 where a row does not say otherwise (one request in \
twenty
  takes over 190 ms). Half of σ differs between two runs of the same picture. *Two picture sizes*: σ 0.1, and a \
third of the
  pictures takes three times as long. The shadow replays 60 pictures a minute.
- Scenes have 0–15 objects. Where a row does not say *same pixels*, the two models do not see quite the same \
picture, even if they
  are equal: their answers differ as those of YOLOX-nano do on a picture and the same picture encoded anew at \
JPEG quality 90 (656
  photos, threshold 0.3: 5.4 % of the objects seen by only one of the two, another count in 20 % of the \
pictures). That is the hard
  case: a shadow replays the very bytes that live saw.
- Outages: twice a day, for ten minutes, something that both versions need fails for 15 % or for all
  of the requests.
- A failure shows in replays as in live traffic, where a row does not say *never in a replay*: that has to be found by \
live
  requests alone.
- A tick that brings neither a request of the candidate nor a deadline decides as the one before, and is left out.
- Each scenario draws its pictures from 20,000, each compared once.

`;

const CHOICE_OF_GATES = `## What follows for the choice of gates

- A proof needs requests of the *candidate* ([proofs.md](proofs.md)): about 500 without any error to be sure of \
"less than 1 in
  100 worse". After a shadow, its replays are most of this proof, so that a rollout ends by itself at 1 request per \
minute, too.
- Where live itself fails in 1 of 100 requests, or rejects as many, replays fail as well: the proof takes thousands of \
live
  requests. With little traffic, declare a wider \`margin\`.
- Gates of agreement and count are for a candidate that is to see what live sees. A model that is *meant* to \
see more fails them,
  rightly: let people judge it (\`shadow({ judge: 'people' })\`).
- Where only code or settings change, equal candidates answer alike, and much narrower gates cost nothing:
  \`gates: { agreement: { tolerance: 0.02, margin: 0.03 }, countError: { tolerance: 0.02, margin: 0.03 } }\`.
`;
