/** Faults on purpose: a share of the calls of a service is answered with an error of that service, and does nothing. */

import { createHash } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { OperationName, ServiceName } from './operations.ts';
import type { ServiceRequest } from './service.ts';

/** A share of the calls of a service that fails. */
export interface Fault {
  readonly service: ServiceName;
  /** Default: all operations. */
  readonly operation?: OperationName;
  /** HTTP status, one of `FAULT_ERRORS`. */
  readonly status: number;
  /** Share of calls, 0–1. */
  readonly rate: number;
}

type ServiceErrors = Readonly<Record<number, readonly [code: string, message: string]>>;

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html */
const COMMON: ServiceErrors = {
  500: ['InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.'],
  503: ['ServiceUnavailable', 'The request has failed due to a temporary failure of the server.'],
};

/**
 * The errors of each service by their status. All of them are errors after which the clients of AWS retry.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export const FAULT_ERRORS: Readonly<Record<ServiceName, ServiceErrors>> = {
  s3: {
    500: ['InternalError', 'We encountered an internal error. Please try again.'],
    503: ['SlowDown', 'Please reduce your request rate.'],
  },
  sqs: { 400: ['RequestThrottled', 'The request was denied due to request throttling.'], ...COMMON },
  lambda: {
    429: ['TooManyRequestsException', 'Rate exceeded'],
    500: ['ServiceException', 'The Lambda service encountered an internal error.'],
  },
  cloudwatch: { 400: ['Throttling', 'Rate exceeded'], ...COMMON },
  eventbridge: { 400: ['ThrottlingException', 'Rate exceeded'], ...COMMON },
  states: { 400: ['ThrottlingException', 'Rate exceeded'], ...COMMON },
  cloudformation: { 400: ['Throttling', 'Rate exceeded'], ...COMMON },
  sns: { 400: ['Throttled', 'Rate exceeded'], ...COMMON },
  ssm: { 400: ['ThrottlingException', 'Rate exceeded'], ...COMMON },
  sts: { 400: ['Throttling', 'Rate exceeded'], ...COMMON },
};

/** Services whose name in signatures is another one. */
const SIGNING_NAMES: Partial<Record<ServiceName, string>> = { cloudwatch: 'monitoring', eventbridge: 'events' };

/** Finds the operation of a request, by the service's name in signatures. */
export type OperationOf = (service: string, request: ServiceRequest) => string | undefined;

/** Decides which calls fail. The same seed and the same order of calls give the same decisions. */
export class Faults {
  private readonly faults: readonly Fault[];
  private readonly seed: number;
  private readonly operationOf: OperationOf;
  /** Calls that each fault has seen. */
  private readonly calls: number[];

  constructor(faults: readonly Fault[], { seed, operationOf }: { seed: number; operationOf: OperationOf }) {
    this.faults = faults;
    this.seed = seed;
    this.operationOf = operationOf;
    this.calls = faults.map(() => 0);
  }

  /** @param service its name in signatures. @throws AwsError where the call fails */
  check(service: string, request: ServiceRequest): void {
    for (const [index, fault] of this.faults.entries()) {
      if (service !== (SIGNING_NAMES[fault.service] ?? fault.service)) continue;
      if (fault.operation !== undefined && fault.operation !== this.operationOf(service, request)) continue;
      const call = (this.calls[index] ?? 0) + 1;
      this.calls[index] = call;
      if (uniform(this.seed, index, call) < fault.rate) throw errorOf(fault);
    }
  }
}

function errorOf({ service, status }: Fault): AwsError {
  const [code = '', message = ''] = FAULT_ERRORS[service][status] ?? [];
  return new AwsError(code, status, message);
}

/** A number from 0 to 1, 1 excluded, that follows from the numbers given. */
function uniform(...numbers: readonly number[]): number {
  return createHash('sha256').update(numbers.join(' ')).digest().readUInt32BE() / 2 ** 32;
}
