import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../../lib/app.ts';
import { checkConfig } from '../../lib/check-config.ts';
import { type CountOptions, countEndpoint, type Deployment } from '../../lib/config.ts';
import type { UploadEvents } from '../../lib/storage.ts';

/** The stacks of the shipped endpoints, with the endpoints' names. */
export const STACKS = [
  ['CountCars', 'count-cars'],
  ['CountApples', 'count-apples'],
  ['CountPlants', 'count-plants'],
  ['Predict', 'predict'],
] as const;

/** An endpoint with required options only. */
export const CARS: CountOptions = { name: 'count-cars', model: 'counter-nano', labels: ['car'] };

/** A deployment with required options only. */
export const ONE_ENDPOINT: Deployment = { name: 'small', endpoints: [countEndpoint(CARS)] };

/** A resource of a synthesized template. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates have no types, and tests assert what they read
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A synthesized deployment. */
export interface Synthesis {
  /** Folder of the cloud assembly. */
  readonly folder: string;
  readonly stacks: readonly string[];
  /** Resources of a stack. @param type of this type only */
  resources(stack: string, type?: string): Resource[];
  /** The only resource of the type whose logical id matches. */
  resource(stack: string, type: string, id?: RegExp): Resource;
  /** Text of the template. */
  text(stack: string): string;
  /** The findings of cdk-nag, each as "rule at path". */
  nag(): string[];
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder that is deleted when the process ends. */
export function assemblyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  return folder;
}

/** Because CDK bundles each asset once per folder, all syntheses of a test file share one unless they name another. */
const SHARED_FOLDER = assemblyFolder();

interface SynthesisOptions {
  /** Output folder. Default: one for all syntheses of the test file. */
  readonly folder?: string;
  /** Whether CDK checks the templates against CloudFormation's schemas, which takes two seconds. Default false. */
  readonly validate?: boolean;
  /** Default: `topic`. */
  readonly uploadEvents?: UploadEvents;
}

/** Synthesizes a deployment in this process, with the layer of this machine, which needs no foreign binaries. */
export function synthesize(deployment: Deployment, options: SynthesisOptions = {}): Synthesis {
  const { folder = SHARED_FOLDER, validate = false, uploadEvents } = options;
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({ outdir: folder, context });
  const os = platform() === 'darwin' ? 'darwin' : 'linux';
  const target = { os, arch: arch() === 'arm64' ? 'arm64' : 'x64' } as const;
  addStacks(app, checkConfig(deployment), { target, ...(uploadEvents && { uploadEvents }) });
  process.env.CDK_VALIDATION = String(validate);
  const { stacks } = app.synth();
  const texts = new Map(stacks.map((stack) => [stack.id, readFileSync(stack.templateFullPath, 'utf8')]));
  const templates = new Map([...texts].map(([stack, text]) => [stack, resourcesOf(text)]));
  const resources = (stack: string, type?: string) =>
    (templates.get(stack) ?? raise(`Expected the stack ${stack}, received none`)).filter(
      (resource) => type === undefined || resource.Type === type,
    );
  return {
    folder,
    stacks: [...texts.keys()],
    text: (stack) => texts.get(stack) ?? raise(`Expected the stack ${stack}, received none`),
    resources,
    resource: (stack, type, id = /^/) => {
      const found = resources(stack, type).filter((resource) => id.test(resource.id));
      if (found.length === 1 && found[0]) return found[0];
      return raise(`Expected one resource of type ${type} and id ${id} in ${stack}, received ${found.length}`);
    },
    nag: () => nagFindings(app),
  };
}

function resourcesOf(template: string): Resource[] {
  const { Resources } = JSON.parse(template) as { Resources: Record<string, Omit<Resource, 'id'>> };
  return Object.entries(Resources).map(([id, resource]) => ({ id, ...resource }));
}

function nagFindings(app: App): string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
  );
}

function raise(message: string): never {
  throw new Error(message);
}
