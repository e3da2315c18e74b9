/**
 * Lambda's API, as far as functions and commands call it: Invoke, aliases, versions, configuration.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */

import { UnsupportedError } from '../errors.ts';
import { json, type Service, type ServiceRequest, type ServiceResponse } from '../protocol/service.ts';
import { type Alias, type FunctionVersion, LambdaError, parseReference } from './function-types.ts';
import type { Functions } from './functions.ts';
import type { Lambda } from './invoker.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/(invocations|aliases|versions|configuration)(?:\/([^/]+))?\/?$/;

/** Answers Lambda's REST API. */
export function lambdaApi(lambda: Lambda): Service {
  return async (request) => {
    try {
      return await dispatch(lambda, request);
    } catch (error) {
      if (!(error instanceof LambdaError)) throw error;
      return json(
        error.status,
        { Type: 'User', message: error.message, Message: error.message },
        { 'x-amzn-errortype': error.name },
      );
    }
  };
}

async function dispatch(lambda: Lambda, request: ServiceRequest): Promise<ServiceResponse> {
  const [, reference = '', noun, alias] =
    PATH.exec(request.path)?.map((part) => part && decodeURIComponent(part)) ?? [];
  const { functions } = lambda;
  const { name, qualifier = request.query.get('Qualifier') ?? undefined } = parseReference(reference);
  switch (`${request.method} ${noun}${alias ? '/' : ''}`) {
    case 'POST invocations':
      return invoke(lambda, request, { name, qualifier });
    case 'GET aliases/':
      return json(200, aliasJson(functions, name, functions.getAlias(name, alias ?? '')));
    case 'PUT aliases/':
      return updateAlias(functions, name, alias ?? '', request.body);
    case 'GET aliases':
      return listAliases(functions, name, request.query);
    case 'GET versions':
      return json(
        200,
        page(functions.listVersions(name), request.query, 'Versions', (v) => versionJson(functions, v)),
      );
    case 'GET configuration':
      return json(200, versionJson(functions, functions.route(name, qualifier).version, qualifier));
    default:
      throw new UnsupportedError(`${request.method} ${request.path}`, 'Lambda API');
  }
}

async function invoke(
  lambda: Lambda,
  { headers, body }: ServiceRequest,
  target: { name: string; qualifier: string | undefined },
): Promise<ServiceResponse> {
  const payload = body.length > 0 ? body.toString() : '{}';
  checkJson(payload);
  switch (headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'Event':
      lambda.invokeLater(target.name, payload, target.qualifier);
      return { status: 202 };
    case 'DryRun':
      lambda.functions.route(target.name, target.qualifier);
      return { status: 204 };
  }
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

function updateAlias(functions: Functions, name: string, alias: string, body: Buffer): ServiceResponse {
  functions.getAlias(name, alias);
  const asked = JSON.parse(body.toString() || '{}');
  const weights = asked.RoutingConfig && (asked.RoutingConfig.AdditionalVersionWeights ?? {});
  const changed = functions.setAlias(name, alias, {
    ...(asked.FunctionVersion === undefined ? {} : { version: asked.FunctionVersion }),
    ...(weights === undefined ? {} : { weights }),
    ...(asked.Description === undefined ? {} : { description: asked.Description }),
    ...(asked.RevisionId === undefined ? {} : { revisionId: asked.RevisionId }),
  });
  return json(200, aliasJson(functions, name, changed));
}

function listAliases(functions: Functions, name: string, query: URLSearchParams): ServiceResponse {
  const version = query.get('FunctionVersion');
  const all = functions.listAliases(name).filter((alias) => !version || alias.version === version);
  return json(
    200,
    page(all, query, 'Aliases', (alias) => aliasJson(functions, name, alias)),
  );
}

/** A page of a list; the marker is the position of the next entry. */
function page<T>(all: readonly T[], query: URLSearchParams, key: string, describe: (entry: T) => object): object {
  const start = Number(query.get('Marker') ?? 0);
  const end = start + Number(query.get('MaxItems') ?? 50);
  return { [key]: all.slice(start, end).map(describe), ...(end < all.length ? { NextMarker: String(end) } : {}) };
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
