/** The value of `--fault`: which service answers which share of its calls with which error. */

import { InvalidArgumentError } from 'commander';
import { FAULT_ERRORS, type Fault } from '../protocol/faults.ts';
import { OPERATIONS, type OperationName, type ServiceName } from '../protocol/operations.ts';

const FORM = /^([^.:]+)(?:\.([^.:]+))?:([^:]+):([^:]+)$/;

/** Parses `s3:503:0.2` and `s3.PutObject:503:0.2`. @throws InvalidArgumentError */
export function parseFault(text: string): Fault {
  const [matched, service, operation, status, rate] = FORM.exec(text) ?? [];
  if (matched === undefined) {
    const forms = 'service:status:rate or service.Operation:status:rate, as s3:503:0.2';
    throw new InvalidArgumentError(`Expected ${forms}, received ${text}.`);
  }
  const name = oneOf(Object.keys(OPERATIONS) as ServiceName[], service, 'the service');
  const statuses = Object.keys(FAULT_ERRORS[name]);
  return {
    service: name,
    ...(operation === undefined
      ? {}
      : { operation: oneOf<OperationName>(OPERATIONS[name], operation, `the operation of ${name}`) }),
    status: Number(oneOf(statuses, status, `the status of ${name}`)),
    rate: shareOf(rate),
  };
}

function oneOf<T extends string>(allowed: readonly T[], text: string | undefined, what: string): T {
  const found = allowed.find((each) => each === text);
  if (found !== undefined) return found;
  const list = allowed.length === 1 ? allowed[0] : `one of ${allowed.join(', ')}`;
  throw new InvalidArgumentError(`Expected ${list} for ${what}, received ${text}.`);
}

function shareOf(text = ''): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate >= 0 && rate <= 1) return rate;
  throw new InvalidArgumentError(`Expected a number from 0 to 1 for the rate, received ${text}.`);
}

/** The option's value for a fault. */
export function describeFault({ service, operation, status, rate }: Fault): string {
  return `${[service, operation].filter(Boolean).join('.')}:${status}:${rate}`;
}
