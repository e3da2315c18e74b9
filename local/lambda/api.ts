/**
 * Lambda's API, as far as functions and commands call it: Invoke, aliases, versions, configuration, account.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */

import { UnsupportedError } from '../errors.ts';
import { json, type Service, type ServiceRequest, type ServiceResponse } from '../protocol/service.ts';
import { accountSettings } from './account-settings.ts';
import { ThrottledError } from './concurrency.ts';
import { type Alias, type AliasChange, type FunctionVersion, LambdaError, parseReference } from './function-types.ts';
import type { Functions } from './functions.ts';
import type { Lambda } from './invoker.ts';
import { lambdaCallOf } from './operation.ts';

/** Answers Lambda's REST API. */
export function lambdaApi(lambda: Lambda): Service {
  return async (request) => {
    try {
      return await dispatch(lambda, request);
    } catch (error) {
      if (!(error instanceof LambdaError)) throw error;
      const reason = error instanceof ThrottledError ? { Reason: error.reason } : {};
      const body = { Type: 'User', message: error.message, Message: error.message, ...reason };
      return json(error.status, body, { 'x-amzn-errortype': error.name });
    }
  };
}

async function dispatch(lambda: Lambda, request: ServiceRequest): Promise<ServiceResponse> {
  const call = lambdaCallOf(request);
  if (!call) throw new UnsupportedError(`${request.method} ${request.path}`, 'Lambda API');
  const { functions } = lambda;
  const { name, qualifier = request.query.get('Qualifier') ?? undefined } = parseReference(call.target);
  switch (call.operation) {
    case 'Invoke':
      return invoke(lambda, request, { name, qualifier });
    case 'GetAccountSettings':
      return json(200, accountSettings(functions));
    case 'CreateAlias':
      return createAlias(functions, name, request.body);
    case 'DeleteAlias':
      return deleteAlias(functions, name, call.alias);
    case 'DeleteFunction':
      return deleteVersion(functions, name, qualifier);
    case 'ListAliases':
      return listAliases(functions, name, request.query);
    case 'GetAlias':
      return json(200, aliasJson(functions, name, functions.getAlias(name, call.alias)));
    case 'UpdateAlias':
      return updateAlias(functions, name, call.alias, request.body);
    case 'ListVersionsByFunction':
      return listVersions(functions, name, request.query);
    case 'GetFunctionConfiguration':
      return json(200, versionJson(functions, functions.route(name, qualifier).version, qualifier));
    case 'ListFunctions':
      return listFunctions(functions, request.query);
    case 'ListTags':
      return json(200, { Tags: functions.tags(name) });
  }
}

async function invoke(
  lambda: Lambda,
  { headers, body }: ServiceRequest,
  target: { name: string; qualifier: string | undefined },
): Promise<ServiceResponse> {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') throw new UnsupportedError(`The invocation type ${type}`, 'Lambda API');
  const payload = body.length > 0 ? body.toString() : '{}';
  checkJson(payload);
  const report = await lambda.invoke(target.name, payload, target.qualifier);
  const version = {
    'x-amz-executed-version': report.destination.version.version,
    'x-amzn-requestid': report.requestId,
  };
  const error = report.failed ? { 'x-amz-function-error': 'Unhandled' } : {};
  return { status: 200, headers: { 'content-type': 'application/json', ...version, ...error }, body: report.payload };
}

function checkJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new LambdaError('InvalidRequestContentException', 400, message);
  }
}

/** Fields of an alias in requests. */
interface AliasInput {
  readonly Name?: string;
  readonly FunctionVersion?: string;
  readonly Description?: string;
  readonly RevisionId?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Record<string, number> };
}

function changeOf({ FunctionVersion, RoutingConfig, Description, RevisionId }: AliasInput): AliasChange {
  const weights = RoutingConfig && (RoutingConfig.AdditionalVersionWeights ?? {});
  return {
    ...(FunctionVersion === undefined ? {} : { version: FunctionVersion }),
    ...(weights === undefined ? {} : { weights }),
    ...(Description === undefined ? {} : { description: Description }),
    ...(RevisionId === undefined ? {} : { revisionId: RevisionId }),
  };
}

function updateAlias(functions: Functions, name: string, alias: string, body: Buffer): ServiceResponse {
  functions.getAlias(name, alias);
  const changed = functions.setAlias(name, alias, changeOf(JSON.parse(body.toString() || '{}')));
  return json(200, aliasJson(functions, name, changed));
}

/** @throws LambdaError ResourceConflictException where the alias exists */
function createAlias(functions: Functions, name: string, body: Buffer): ServiceResponse {
  const input = JSON.parse(body.toString() || '{}') as AliasInput;
  const created = functions.createAlias(name, input.Name ?? '', changeOf(input));
  return json(201, aliasJson(functions, name, created));
}

/** An alias that does not exist is no error, as the operation's documentation has none for it. */
function deleteAlias(functions: Functions, name: string, alias: string): ServiceResponse {
  functions.listVersions(name);
  functions.removeAlias(name, alias);
  return { status: 204 };
}

/** Whole functions belong to the stacks. */
function deleteVersion(functions: Functions, name: string, qualifier: string | undefined): ServiceResponse {
  if (qualifier === undefined) throw new UnsupportedError('DeleteFunction without a version', 'Lambda API');
  functions.deleteVersion(name, qualifier);
  return { status: 204 };
}

function listAliases(functions: Functions, name: string, query: URLSearchParams): ServiceResponse {
  const version = query.get('FunctionVersion') ?? undefined;
  const { page, ...next } = pageOf(functions.listAliases(name, version), query);
  return json(200, { Aliases: page.map((alias) => aliasJson(functions, name, alias)), ...next });
}

function listVersions(functions: Functions, name: string, query: URLSearchParams): ServiceResponse {
  const { page, ...next } = pageOf(functions.listVersions(name), query);
  return json(200, { Versions: page.map((version) => versionJson(functions, version)), ...next });
}

function listFunctions(functions: Functions, query: URLSearchParams): ServiceResponse {
  const { page, ...next } = pageOf(functions.list(), query);
  const Functions = page.map((latest) => ({
    ...versionJson(functions, latest),
    FunctionArn: functions.arn(latest.name),
  }));
  return json(200, { Functions, ...next });
}

/** The marker is the position of the next item. */
function pageOf<T>(all: readonly T[], query: URLSearchParams): { page: readonly T[]; NextMarker?: string } {
  const start = Number(query.get('Marker') ?? 0);
  const end = start + Number(query.get('MaxItems') ?? 50);
  return { page: all.slice(start, end), ...(end < all.length ? { NextMarker: String(end) } : {}) };
}

function aliasJson(functions: Functions, name: string, alias: Alias): object {
  return {
    AliasArn: `${functions.arn(name)}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(Object.keys(alias.weights).length > 0 ? { RoutingConfig: { AdditionalVersionWeights: alias.weights } } : {}),
  };
}

function versionJson(functions: Functions, v: FunctionVersion, qualifier = v.version): object {
  return {
    FunctionName: v.name,
    FunctionArn: `${functions.arn(v.name)}:${qualifier}`,
    Version: v.version,
    Runtime: v.runtime,
    Role: v.role,
    Handler: v.handler,
    CodeSha256: v.codeSha256,
    Description: v.description,
    Timeout: v.timeoutSeconds,
    MemorySize: v.memoryMb,
    LastModified: v.lastModified.replace('Z', '+0000'),
    Environment: { Variables: v.environment },
    Architectures: [v.architecture],
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    RevisionId: v.revisionId,
  };
}
