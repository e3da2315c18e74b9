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
import { ImportedModules } from './sources.ts';
import { UPLOAD_EVENTS, type UploadEvents } from './storage.ts';

/** A context value (`-c name=value`) that is not supported. */
class ContextError extends Error {
  override readonly name = 'ContextError';
}

/** What the CDK context chooses. */
export interface StackOptions {
  readonly target: Target;
  /** Default: `topic`. */
  readonly uploadEvents?: UploadEvents;
  /** The endpoint whose challenger won against live. Default: none. */
  readonly chosen?: string;
  /** Whether the stacks are for the emulator: receivers of events may be on this machine. Default false. */
  readonly isLaptop?: boolean;
}

/** Adds the stacks of a deployment to an app: `Platform`, then one for each endpoint (`CountCars`). */
export function addStacks(app: App, deployment: ResolvedDeployment, options: StackOptions): void {
  const { terminationProtection } = deployment;
  const { target, uploadEvents = 'topic', chosen, isLaptop = false } = options;
  const platform = new PlatformStack(app, 'Platform', {
    stackName: `${deployment.name}-Platform`,
    description: `${deployment.name}: what all endpoints share`,
    terminationProtection,
    deployment,
    target,
    uploadEvents,
    isLaptop,
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
      uploadEvents,
      isChosen: endpoint.settings.name === chosen,
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

/** `-c uploadEvents=both` is for deployments that were made with EventBridge. @throws ContextError */
function uploadEventsOf(app: App): UploadEvents {
  const given: unknown = app.node.tryGetContext('uploadEvents') ?? 'topic';
  const found = UPLOAD_EVENTS.find((one) => one === given);
  if (found) return found;
  throw new ContextError(`Expected eventbridge, both or topic for the context "uploadEvents", received ${given}`);
}

/** `-c chosen=count-cars`, by which `--challengers` deploys a winner. @throws ContextError */
function chosenOf(app: App, { endpoints }: ResolvedDeployment): Pick<StackOptions, 'chosen'> {
  const chosen: unknown = app.node.tryGetContext('chosen');
  if (chosen === undefined) return {};
  const names = endpoints.map(({ settings }) => settings.name);
  const found = names.find((name) => name === chosen);
  if (found) return { chosen: found };
  throw new ContextError(`Expected an endpoint (${names.join(', ')}) for the context "chosen", received ${chosen}`);
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
  return checkConfig(deployment, models === undefined ? undefined : resolve(models), endpoints, !isLaptop(app));
}

/** `-c laptop=true`, which the emulator sets. */
function isLaptop(app: App): boolean {
  return app.node.tryGetContext('laptop') === 'true';
}

/** The folders of labelled photos that a deployment reads. */
function photoFolders({ endpoints }: ResolvedDeployment): string[] {
  const folders = endpoints.flatMap(({ labelled, labelledFolders }) => [
    ...(labelled ? [labelled.folder] : []),
    ...labelledFolders.map(({ folder }) => folder),
  ]);
  return [...new Set(folders)].map((folder) => resolve(folder));
}

async function main(): Promise<void> {
  const app = new App();
  const modules = new ImportedModules();
  try {
    const checked = await configOf(app);
    const options = {
      target: targetOf(app, checked),
      uploadEvents: uploadEventsOf(app),
      isLaptop: isLaptop(app),
      ...chosenOf(app, checked),
    };
    addStacks(app, checked, options);
    if (isLaptop(app)) modules.writeTo(app.outdir, photoFolders(checked));
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof ContextError)) throw error;
    // Without the stack: the fault is in the settings, not in this code.
    console.error(error.message);
    process.exit(1);
  }
}

if (import.meta.main) void main();
