/** Settings → stacks. The only file that reads the CDK context. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Target } from '../layers/runtime/build.ts';
import { checkConfig, type ResolvedDeployment } from './check-config.ts';
import type { Deployment } from './config.ts';
import { ConfigError } from './config-errors.ts';
import { EndpointStack } from './endpoint-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** A context value (`-c name=value`) that is not supported. */
class ContextError extends Error {
  override readonly name = 'ContextError';
}

/** Adds the stacks of a deployment to an app: `Platform`, then one for each endpoint (`CountCars`). */
export function addStacks(app: App, deployment: ResolvedDeployment, target: Target): void {
  const { terminationProtection } = deployment;
  const platform = new PlatformStack(app, 'Platform', {
    stackName: `${deployment.name}-Platform`,
    description: `${deployment.name}: what all endpoints share`,
    terminationProtection,
    deployment,
    target,
  });
  for (const endpoint of deployment.endpoints) {
    const stack = new EndpointStack(app, endpoint.stackId, {
      stackName: `${deployment.name}-${endpoint.stackId}`,
      description: `${deployment.name}: the endpoint ${endpoint.settings.name}`,
      terminationProtection,
      deployment,
      endpoint,
      platform,
      target,
    });
    Tags.of(stack).add('endpoint', endpoint.settings.name);
  }
  Tags.of(app).add('deployment', deployment.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/**
 * Platform of the layer. `-c architecture=x86_64` overrides the settings. `-c os=darwin` is for the emulator on a Mac,
 * which runs functions on the machine's own operating system.
 *
 * @throws ContextError
 */
function targetOf(app: App, deployment: ResolvedDeployment): Target {
  const architecture = app.node.tryGetContext('architecture') ?? deployment.architecture;
  const os = app.node.tryGetContext('os') ?? 'linux';
  if (architecture !== 'arm64' && architecture !== 'x86_64') {
    throw new ContextError(`Expected arm64 or x86_64 for the context "architecture", received ${architecture}`);
  }
  if (os !== 'linux' && os !== 'darwin') {
    throw new ContextError(`Expected linux or darwin for the context "os", received ${os}`);
  }
  return { os, arch: architecture === 'arm64' ? 'arm64' : 'x64' };
}

/**
 * Settings from `lib/endpoints.ts`, or with `-c endpoints=staging.ts` from another module that exports `deployment`.
 * Model packages from `models/`, or with `-c models=folder` from another folder. Paths are relative to the working
 * directory.
 *
 * @throws ConfigError
 */
async function configOf(app: App): Promise<ResolvedDeployment> {
  const endpoints: string | undefined = app.node.tryGetContext('endpoints');
  const models: string | undefined = app.node.tryGetContext('models');
  const module = endpoints === undefined ? './endpoints.ts' : pathToFileURL(resolve(endpoints)).href;
  const { deployment } = (await import(module)) as { deployment: Deployment };
  return checkConfig(deployment, ...(models === undefined ? [] : [resolve(models)]));
}

async function main(): Promise<void> {
  const app = new App();
  try {
    const checked = await configOf(app);
    addStacks(app, checked, targetOf(app, checked));
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof ContextError)) throw error;
    // Without the stack: the fault is in the settings, not in this code.
    console.error(error.message);
    process.exit(1);
  }
}

if (import.meta.main) void main();
