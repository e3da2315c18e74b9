/** Environment variables of a function's process: Lambda's and the function's, none of the user's. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CREDENTIALS, REGION } from '../account.ts';
import type { Clock } from '../clock.ts';
import { appIdOf } from './fresh-roles.ts';
import type { FunctionVersion } from './function-types.ts';

/** Values that differ between processes. */
export interface ProcessSettings {
  /** Host, port and path of the Runtime API. */
  readonly runtimeApi: string;
  /** Address of the emulator's AWS services. */
  readonly endpoint: string;
  /** The process's own folder for temporary files. */
  readonly tmp: string;
  readonly logStream: string;
  readonly clock: Clock;
  /** Whether the HTTP API enforces authorization. */
  readonly signed: boolean;
}

/** All variables. The function's own cannot override Lambda's. */
export function environmentOf(version: FunctionVersion, settings: ProcessSettings): Record<string, string> {
  const emulator = emulatorVariables(settings, appIdOf(version.name));
  return { ...version.environment, ...lambdaVariables(version, settings), ...emulator };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaVariables(version: FunctionVersion, settings: ProcessSettings): Record<string, string> {
  return {
    _HANDLER: version.handler,
    AWS_LAMBDA_RUNTIME_API: settings.runtimeApi,
    LAMBDA_TASK_ROOT: version.code,
    NODE_PATH: modulePaths(version.layers).join(':'),
    LD_LIBRARY_PATH: [...version.layers.map((layer) => join(layer, 'lib')), version.code].join(':'),
    AWS_LAMBDA_FUNCTION_NAME: version.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${version.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: settings.logStream,
    ...(version.logFormat === 'JSON' ? { AWS_LAMBDA_LOG_FORMAT: 'JSON' } : {}),
    AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
  };
}

/** Directs AWS clients to the emulator, and hides the configuration of the user from them. */
function emulatorVariables(settings: ProcessSettings, appId: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: settings.endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_UA_APP_ID: appId,
    TMPDIR: settings.tmp,
    // So that the pages of a deployment require no credentials: see `functions/docs/handler.ts`.
    ...(settings.signed ? {} : { AUTHORIZERS_DISABLED: 'true' }),
    ...fastClock(settings.clock),
  };
}

/** So that functions follow a faster clock: see `functions/platform/clock.ts`. */
function fastClock({ speed, start }: Clock): Record<string, string> {
  return speed === 1 ? {} : { CLOCK_SPEED: String(speed), CLOCK_START: start.toISOString() };
}

function modulePaths(layers: readonly string[]): string[] {
  return layers.toReversed().flatMap((layer) => {
    const paths = [join(layer, 'nodejs', 'node24', 'node_modules'), join(layer, 'nodejs', 'node_modules')];
    return paths.filter((path) => existsSync(path));
  });
}
