import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../../lib/app.ts';
import { checkConfig } from '../../lib/check-config.ts';
import { type CountOptions, countEndpoint, type Deployment } from '../../lib/config.ts';

/** Stacks of the endpoints as shipped, with the endpoints' names. */
export const STACKS = [
  ['CountCars', 'count-cars'],
  ['CountApples', 'count-apples'],
  ['CountPlants', 'count-plants'],
  ['Predict', 'predict'],
] as const;

/** An endpoint with nothing but what is required. */
export const CARS: CountOptions = { name: 'count-cars', model: 'counter-nano', labels: ['car'] };

/** A deployment with nothing but what is required. */
export const ONE_ENDPOINT: Deployment = { name: 'small', endpoints: [countEndpoint(CARS)] };

/** A resource of a synthesized template. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates have no types, and tests assert what they read
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** What a deployment's settings become. */
export interface Synthesis {
  /** Where the cloud assembly lies. */
  readonly folder: string;
  readonly stacks: readonly string[];
  /** Resources of a stack, of one type where it is given. */
  resources(stack: string, type?: string): Resource[];
  /** The one resource of that type in a stack whose logical id matches. */
  resource(stack: string, type: string, id?: RegExp): Resource;
  /** The template's text. */
  text(stack: string): string;
  /** What cdk-nag finds, "rule at path". */
  readonly nag: readonly string[];
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Synthesizes a deployment in this process, with the layer of this machine, which needs no foreign binaries. */
export function synthesize(deployment: Deployment): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({ outdir: folder, context });
  const os = platform() === 'darwin' ? 'darwin' : 'linux';
  addStacks(app, checkConfig(deployment), { os, arch: arch() === 'arm64' ? 'arm64' : 'x64' });
  const { stacks } = app.synth();
  const texts = new Map(stacks.map((stack) => [stack.id, readFileSync(stack.templateFullPath, 'utf8')]));
  const text = (stack: string) => texts.get(stack) ?? raise(`no stack ${stack}`);
  const resources = (stack: string, type?: string) =>
    Object.entries(JSON.parse(text(stack)).Resources as Record<string, Omit<Resource, 'id'>>)
      .map(([id, resource]) => ({ id, ...resource }))
      .filter((resource) => type === undefined || resource.Type === type);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return {
    folder,
    stacks: [...texts.keys()],
    text,
    resources,
    resource: (stack, type, id = /^/) => {
      const found = resources(stack, type).filter((resource) => id.test(resource.id));
      return found.length === 1 && found[0] ? found[0] : raise(`${found.length} of ${type} ${id} in ${stack}`);
    },
    nag: violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  };
}

function raise(message: string): never {
  throw new Error(message);
}
