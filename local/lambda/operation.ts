/**
 * The operation of a request to Lambda's REST API.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */

import type { OperationName } from '../protocol/operations.ts';
import type { ServiceRequest } from '../protocol/service.ts';

/** An operation and the parts of its path, decoded. */
export interface LambdaCall {
  readonly operation: OperationName<'lambda'>;
  /** Name or ARN of the function; empty for `ListFunctions` and `GetAccountSettings`. */
  readonly target: string;
  /** Name of the alias, for operations on one. */
  readonly alias: string;
}

const FUNCTION = '/2015-03-31/functions';

const ROUTES: readonly (readonly [operation: OperationName<'lambda'>, method: string, path: RegExp])[] = [
  ['ListFunctions', 'GET', pathOf(FUNCTION)],
  ['Invoke', 'POST', pathOf(`${FUNCTION}/([^/]+)/invocations`)],
  ['DeleteFunction', 'DELETE', pathOf(`${FUNCTION}/([^/]+)`)],
  ['GetAccountSettings', 'GET', pathOf('/2016-08-19/account-settings')],
  ['ListAliases', 'GET', pathOf(`${FUNCTION}/([^/]+)/aliases`)],
  ['CreateAlias', 'POST', pathOf(`${FUNCTION}/([^/]+)/aliases`)],
  ['DeleteAlias', 'DELETE', pathOf(`${FUNCTION}/([^/]+)/aliases/([^/]+)`)],
  ['GetAlias', 'GET', pathOf(`${FUNCTION}/([^/]+)/aliases/([^/]+)`)],
  ['UpdateAlias', 'PUT', pathOf(`${FUNCTION}/([^/]+)/aliases/([^/]+)`)],
  ['ListVersionsByFunction', 'GET', pathOf(`${FUNCTION}/([^/]+)/versions`)],
  ['GetFunctionConfiguration', 'GET', pathOf(`${FUNCTION}/([^/]+)/configuration`)],
  ['ListTags', 'GET', pathOf('/2017-03-31/tags/([^/]+)')],
];

function pathOf(pattern: string): RegExp {
  return new RegExp(`^${pattern}/?$`);
}

/** @returns undefined for an operation that the emulator does not support */
export function lambdaCallOf({ method, path }: Pick<ServiceRequest, 'method' | 'path'>): LambdaCall | undefined {
  for (const [operation, verb, pattern] of ROUTES) {
    const [matched, target = '', alias = ''] = pattern.exec(path) ?? [];
    if (matched === undefined || method !== verb) continue;
    return { operation, target: decodeURIComponent(target), alias: decodeURIComponent(alias) };
  }
  return undefined;
}
