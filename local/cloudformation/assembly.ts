/**
 * Reads a cloud assembly, the output of `cdk synth`: templates in the order of deployment, and folders of assets.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html
 */

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { UnsupportedError } from '../errors.ts';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type?: string; readonly Default?: unknown }>>;
}

/** One stack of the assembly. */
export interface Stack {
  /** Name in CloudFormation. */
  readonly name: string;
  readonly template: Template;
  /** Names of the stacks to deploy before this one. */
  readonly dependencies: readonly string[];
  /** Folder of each asset, by its key in the assets bucket. */
  readonly assets: ReadonlyMap<string, string>;
  /** Whether DeleteStack is refused. Default: no. */
  readonly terminationProtection?: boolean;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly terminationProtection?: boolean;
  };
}

/** The folder has no cloud assembly. */
export class AssemblyNotFoundError extends Error {
  override readonly name = 'AssemblyNotFoundError';
}

/** @throws AssemblyNotFoundError; UnsupportedError for nested assemblies (stages) */
export function readAssembly(folder: string): Stack[] {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new AssemblyNotFoundError(`Expected a folder with manifest.json for the cloud assembly, received ${folder}`);
  const manifest = readJson<{ artifacts?: Record<string, Artifact> }>(folder, 'manifest.json');
  const artifacts = new Map(Object.entries(manifest.artifacts ?? {}));
  for (const [id, { type }] of artifacts) {
    if (type === 'cdk:cloud-assembly') throw new UnsupportedError('A stage (nested cloud assembly)', id);
  }
  const assets = readAssets(folder, [...artifacts.values()]);
  const ids = inOrder([...artifacts.keys()], (id) => artifacts.get(id)?.dependencies ?? []);
  return ids.flatMap((id) => {
    const { type, properties } = artifacts.get(id) as Artifact;
    if (type !== 'aws:cloudformation:stack' || !properties?.templateFile) return [];
    const template = readJson<Template>(folder, properties.templateFile);
    const dependencies = (artifacts.get(id)?.dependencies ?? []).map(
      (other) => artifacts.get(other)?.properties?.stackName ?? other,
    );
    const { stackName: name = id, terminationProtection = false } = properties;
    return [{ name, template, dependencies, assets, terminationProtection }];
  });
}

interface AssetManifest {
  readonly files?: Record<string, AssetFile>;
}

interface AssetFile {
  readonly source: { readonly path: string; readonly packaging: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

function readAssets(folder: string, artifacts: readonly Artifact[]): Map<string, string> {
  const manifests = artifacts.filter(({ type }) => type === 'cdk:asset-manifest');
  const files = manifests.flatMap(({ properties }) =>
    Object.values(readJson<AssetManifest>(folder, properties?.file ?? '').files ?? {}),
  );
  return new Map(
    files
      .filter(({ source }) => source.packaging === 'zip' && existsSync(join(folder, source.path)))
      .flatMap(({ source, destinations }) =>
        Object.values(destinations).map(
          ({ objectKey }) => [objectKey, realpathSync(join(folder, source.path))] as const,
        ),
      ),
  );
}

/** Sorts ids after the ids that they depend on. @throws Error for a circle */
export function inOrder(ids: readonly string[], dependencies: (id: string) => readonly string[]): string[] {
  const known = new Set(ids);
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (done.has(id) || !known.has(id)) return;
    if (path.includes(id))
      throw new Error(`Expected no circle for the dependencies, received ${[...path, id].join(' → ')}`);
    for (const dependency of dependencies(id)) visit(dependency, [...path, id]);
    done.add(id);
  };
  for (const id of ids) visit(id, []);
  return [...done];
}

function readJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
