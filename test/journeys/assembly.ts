import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from './laptop.ts';
import { synthesisProgram } from './synthesis.ts';

/** Differences of an endpoint's next version from the one before. */
export interface Change {
  /** Settings of the endpoint that change, as the detect function reads them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The function's new code; the code before is beside it as `sound.js`. */
  readonly code?: string;
  /** The function's new timeout. */
  readonly timeoutSeconds?: number;
  /** Changes the model package, a folder with `model.json` and `model.onnx`. */
  readonly model?: (folder: string) => void;
}

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: FunctionProperties }>;
}

interface FunctionProperties {
  readonly Code: { S3Key: string };
  readonly Environment: { readonly Variables: Record<string, string> };
  Timeout?: number;
}

interface AssetManifest {
  readonly files: Record<string, { source: { path: string; packaging: string }; destinations: Record<string, object> }>;
}

/** Logical ids of functions: of an endpoint, and `docs` of the platform. */
const FUNCTION = {
  detector: /^DetectorFunction[0-9A-F]{8}$/,
  rollout: /^RolloutFunction[0-9A-F]{8}$/,
  status: /^StatusFunction[0-9A-F]{8}$/,
  docs: /^DocsFunction[0-9A-F]{8}$/,
} as const;

/**
 * A synthesized deployment. Edits it in place into the next version, as `cdk synth` would write it after a change of
 * settings, code or model, but in 0.1 s.
 */
export class Assembly {
  readonly folder: string;
  /** The deployment's name. */
  readonly deployment: string;
  private releases = 0;

  private constructor(folder: string, deployment: string) {
    this.folder = folder;
    this.deployment = deployment;
  }

  /**
   * Synthesizes for this machine.
   * @param fixture a module of `fixtures/`, or an absolute path, that exports `deployment`
   * @param deployment its name
   */
  static async synthesize(fixture: string, deployment: string): Promise<Assembly> {
    const folder = mkdtempSync(join(tmpdir(), 'journey-assembly-'));
    const endpoints = resolve(PROJECT, 'test/journeys/fixtures', fixture);
    const { file, args, options } = synthesisProgram(folder, { endpoints });
    await promisify(execFile)(file, args, options);
    return new Assembly(folder, deployment);
  }

  /** An assembly that another program synthesizes. @param deployment its name */
  static at(folder: string, deployment: string): Assembly {
    return new Assembly(folder, deployment);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Name of the endpoint's detect function. */
  functionName(endpoint: string): string {
    return `${this.deployment}-${stackOf(endpoint)}-${this.logicalId(endpoint, FUNCTION.detector)}`;
  }

  /** Name of the endpoint's state machine. */
  machineName(endpoint: string): string {
    return `${this.deployment}-${stackOf(endpoint)}-${this.logicalId(endpoint, /^RolloutMachine[0-9A-F]{8}$/)}`;
  }

  /** Keeps the endpoint's present version. @returns a function that goes back to it */
  keep(endpoint: string): () => void {
    const files = [this.templateOf(endpoint), this.assetsOf(endpoint)].map(
      (file) => [file, readFileSync(file)] as const,
    );
    return () => {
      for (const [file, bytes] of files) writeFileSync(file, bytes);
    };
  }

  /** Edits the assembly into the endpoint's next version, which the next deployment publishes. */
  release(endpoint: string, change: Change): void {
    this.releases += 1;
    const { code, model, timeoutSeconds, settings = { maxSide: 1600 - this.releases } } = change;
    if (code !== undefined || model) this.replaceCode(endpoint, FUNCTION.detector, change);
    this.edit(endpoint, FUNCTION.detector, (properties) => {
      const { Variables } = properties.Environment;
      if (timeoutSeconds !== undefined) properties.Timeout = timeoutSeconds;
      const before = JSON.parse(Variables.ENDPOINT_SETTINGS as string);
      Variables.ENDPOINT_SETTINGS = JSON.stringify({ ...before, ...settings });
    });
    const file = this.templateOf(endpoint);
    const version = this.logicalId(endpoint, /^DetectorFunctionCurrentVersion/);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(version, version.slice(0, -40) + this.hash()));
  }

  /**
   * Wraps code around a function.
   * @param owner an endpoint, or `platform`
   * @param code its new code; the code before is beside it as `sound.js`
   * @returns the folder of the function
   */
  wrap(owner: string, which: keyof typeof FUNCTION, code: string): string {
    this.releases += 1;
    return this.replaceCode(owner, FUNCTION[which], { code });
  }

  private replaceCode(endpoint: string, id: RegExp, { code, model }: Change): string {
    const hash = this.hash();
    const path = `asset.${hash}`;
    const target = join(this.folder, path);
    this.edit(endpoint, id, (properties) => {
      cpSync(join(this.folder, `asset.${properties.Code.S3Key.replace('.zip', '')}`), target, { recursive: true });
      properties.Code.S3Key = `${hash}.zip`;
    });
    if (code !== undefined) {
      const file = existsSync(join(target, 'handler.js')) ? 'handler.js' : 'index.js';
      renameSync(join(target, file), join(target, 'sound.js'));
      writeFileSync(join(target, file), code);
    }
    model?.(join(target, 'models/counter-nano'));
    this.addAsset(endpoint, hash, path);
    return target;
  }

  private addAsset(endpoint: string, hash: string, path: string): void {
    const file = this.assetsOf(endpoint);
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as AssetManifest;
    manifest.files[hash] = { source: { path, packaging: 'zip' }, destinations: { here: { objectKey: `${hash}.zip` } } };
    writeFileSync(file, JSON.stringify(manifest));
  }

  private edit(endpoint: string, id: RegExp, change: (properties: FunctionProperties) => void): void {
    const file = this.templateOf(endpoint);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    const [, resource] = Object.entries(template.Resources).find(([key]) => id.test(key)) ?? [];
    if (!resource) throw new Error(`Expected a resource for ${id} in ${file}, received none`);
    change(resource.Properties);
    writeFileSync(file, JSON.stringify(template));
  }

  private logicalId(endpoint: string, id: RegExp): string {
    const { Resources } = JSON.parse(readFileSync(this.templateOf(endpoint), 'utf8')) as Template;
    return Object.keys(Resources).find((key) => id.test(key)) ?? '';
  }

  private assetsOf(endpoint: string): string {
    return join(this.folder, `${stackOf(endpoint)}.assets.json`);
  }

  private templateOf(endpoint: string): string {
    return join(this.folder, `${stackOf(endpoint)}.template.json`);
  }

  /** Differs for each release; as long as the CDK's hashes of versions. */
  private hash(): string {
    return createHash('sha1').update(`${this.folder} ${this.releases}`).digest('hex');
  }
}

/** `count-cars` → `CountCars` */
function stackOf(endpoint: string): string {
  return endpoint.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
