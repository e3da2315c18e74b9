/**
 * Runs inside each function process: loads the handler, gets events from the Runtime API one after another, and sends
 * the responses. Replaces aws-lambda-ric, which needs autoreconf and cmake to install. Ends with the Runtime API.
 * Self-contained and started as plain JavaScript, because both shorten every cold start.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { existsSync } from 'node:fs';
import http from 'node:http';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const env = process.env as Record<string, string>;
const api = new URL(`http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/`);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
/** Taken before the function is loaded, because tracing libraries replace it. */
const send = http.request;

let current: string | undefined;

/** Ends the process, because the emulator has ended. */
function orphaned(): never {
  process.exit(1);
}

function call(method: string, path: string, body = '', headers: http.OutgoingHttpHeaders = {}): Promise<Reply> {
  return new Promise((resolve) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const request = send(new URL(path, api), { method, agent, headers: { ...length, ...headers } });
    request.on('error', orphaned).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', orphaned);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end(body);
  });
}

/** An error as the Node.js runtime of Lambda reports it. */
function report(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function fail(path: string, error: unknown): Promise<void> {
  const body = report(error);
  console.error(JSON.stringify({ level: 'ERROR', ...body, requestId: current }));
  await call('POST', path, JSON.stringify(body), { 'lambda-runtime-function-error-type': `Runtime.${body.errorType}` });
}

/** Fails the current event after an uncaught error and ends the process, as Lambda does. */
function crash(kind: string, status: number): (error: unknown) => void {
  return (error) => {
    const named = Object.assign(new Error(report(error).errorMessage), { name: kind });
    if (error instanceof Error && error.stack) named.stack = error.stack;
    const path = current ? `invocation/${current}/error` : 'init/error';
    fail(path, named).finally(() => process.exit(status));
  };
}

/**
 * As in Lambda's image, modules come from the function's folder and its layers only, not from a `node_modules` in a
 * parent folder.
 */
function restrictModulesTo(roots: readonly string[]): void {
  const internals = Module as unknown as { _nodeModulePaths(from: string): string[] };
  const all = internals._nodeModulePaths;
  internals._nodeModulePaths = (from) => all(from).filter((path) => roots.some((root) => path.startsWith(root)));
}

async function load(root: string, name: string): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  const [file, exported] = [name.slice(0, dot), name.slice(dot + 1)];
  const path = ['.js', '.mjs', '.cjs'].map((extension) => join(root, file + extension)).find((p) => existsSync(p));
  if (!path) throw named('Runtime.ImportModuleError', `Cannot find module '${file}' in ${root}`);
  const module = path.endsWith('.mjs') ? await import(pathToFileURL(path).href) : createRequire(path)(path);
  if (typeof module[exported] === 'function') return module[exported];
  throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The context object of one invocation. */
function contextOf(headers: http.IncomingHttpHeaders): object {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

async function handle(handler: Handler, { headers, body }: Reply): Promise<void> {
  current = String(headers['lambda-runtime-aws-request-id']);
  env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id']);
  try {
    const result = JSON.stringify(await handler(JSON.parse(body), contextOf(headers))) ?? 'null';
    await call('POST', `invocation/${current}/response`, result);
  } catch (error) {
    await fail(`invocation/${current}/error`, error);
  }
  current = undefined;
}

process.on('uncaughtException', crash('Runtime.UncaughtException', 129));
process.on('unhandledRejection', crash('Runtime.UnhandledPromiseRejection', 128));
const root = env.LAMBDA_TASK_ROOT as string;
restrictModulesTo([root, ...(env.NODE_PATH ?? '').split(':').filter(Boolean)]);
try {
  const handler = await load(root, env._HANDLER as string);
  while (true) await handle(handler, await call('GET', 'invocation/next'));
} catch (error) {
  await fail('init/error', error);
  process.exit(1);
}
