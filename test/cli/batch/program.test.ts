/** Values of the command line. */

import { program } from '../../../cli/batch/program.ts';

const start = program().commands.find((command) => command.name() === 'start');
const tolerate = start?.options.find(({ long }) => long === '--tolerate');
const percentOf = (text: string) => tolerate?.parseArg?.(text, undefined);

test.each([
  ['1%', 1],
  ['0.5 %', 0.5],
  ['0', 0],
  ['100', 100],
])('--tolerate %s', (text, percent) => {
  expect(percentOf(text)).toBe(percent);
});

test.each(['%', ' %', '', ' ', '101%', '-1', 'a'])('--tolerate "%s" is refused', (text) => {
  expect(() => percentOf(text)).toThrow(`Expected a percentage, 0 to 100, received ${text}.`);
});
