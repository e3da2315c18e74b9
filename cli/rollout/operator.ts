/** The option `--by`. */

import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';

/** Because the alias's note holds the name, and Lambda allows 256 characters for all of it. */
const MOST_NAME = 60;

/** The name of an operator in a record. @throws InvalidArgumentError */
export function operatorName(text: string): string {
  if (text.trim() !== '' && text.length <= MOST_NAME) return text;
  throw new InvalidArgumentError(`Expected a name of 1 to ${MOST_NAME} characters, received ${text.length}.`);
}

/** By default, the one of the account on this machine. */
export function user(): string {
  return userInfo().username.slice(0, MOST_NAME);
}
