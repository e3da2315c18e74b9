/** Tasks invoke functions: by the function's ARN, or by the integration `lambda:invoke`. */

import { UnsupportedError } from '../errors.ts';
import { LambdaError } from '../lambda/function-types.ts';
import type { Lambda } from '../lambda/invoker.ts';
import type { Turn } from '../lambda/semaphore.ts';
import type { Json } from './json.ts';
import { checkSize, StateFailedError } from './task-error.ts';

const FUNCTION_ARN = /^arn:aws:lambda:/;
const INVOKE = 'arn:aws:states:::lambda:invoke';
const INVOKE_PARAMETERS = ['FunctionName', 'Payload', 'Qualifier'];

/** The fields of a task that this module reads. */
interface Task {
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

/** What tasks call. */
interface TaskCalls {
  readonly lambda: Lambda;
  /** Default: that of requests. */
  readonly turn?: Turn;
}

/** @throws UnsupportedError */
export function checkTask({ Resource = '', Parameters = {} }: Task, where: string): void {
  if (FUNCTION_ARN.test(Resource)) return;
  if (Resource !== INVOKE) throw new UnsupportedError(`The task ${Resource}`, where);
  const names = Object.keys(Parameters).map((name) => name.replace(/\.\$$/, ''));
  const other = names.find((name) => !INVOKE_PARAMETERS.includes(name));
  if (other) throw new UnsupportedError(`The parameter ${other} of ${INVOKE}`, where);
  if (!names.includes('FunctionName')) throw new UnsupportedError(`${INVOKE} without FunctionName`, where);
}

/** Runs a task on its input, which its parameters have shaped. @throws StateFailedError */
export async function runTask(name: string, { Resource = '' }: Task, input: Json, calls: TaskCalls): Promise<Json> {
  checkSize(name, 'input', JSON.stringify(input));
  const output = Resource === INVOKE ? await invokeWith(calls, input) : await invoke(calls, Resource, input);
  checkSize(name, 'output', JSON.stringify(output));
  return output;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
async function invokeWith(calls: TaskCalls, input: Json): Promise<Json> {
  const { FunctionName, Qualifier, Payload = {} } = input as Record<string, Json>;
  const target = Qualifier === undefined ? String(FunctionName) : `${FunctionName}:${Qualifier}`;
  return { Payload: await invoke(calls, target, Payload as Json), StatusCode: 200 };
}

async function invoke({ lambda, turn }: TaskCalls, target: string, input: Json): Promise<Json> {
  try {
    const report = await lambda.invoke(target, JSON.stringify(input), undefined, turn);
    if (!report.failed) return JSON.parse(report.payload);
    throw new StateFailedError(JSON.parse(report.payload).errorType ?? 'Lambda.Unknown', report.payload);
  } catch (error) {
    if (error instanceof LambdaError) throw new StateFailedError(`Lambda.${error.name}`, error.message);
    throw error;
  }
}
