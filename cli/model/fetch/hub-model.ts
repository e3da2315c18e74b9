/** A model in a repository of the Hub, with the facts that the repository states about it. */

import { posix } from 'node:path';
import { hubAddress, parseHubAddress } from './hub-address.ts';
import { type Environment, HubClient, type HubFile } from './hub-client.ts';
import { HubAnswerError, HubFileError, HubMetadataError } from './hub-errors.ts';
import { namesOfConfig } from './hub-labels.ts';
import { type Preprocessing, readPreprocessing } from './hub-preprocessing.ts';
import { type HubRepository, readRepository } from './hub-repository.ts';

/** A file with a fact, and the fact. */
export interface Stated<T> {
  readonly path: string;
  readonly value: T;
}

/** A model of the Hub at one commit. */
export interface HubModel extends Omit<HubRepository, 'files'> {
  readonly file: HubFile;
  /** Its address with the commit: `hf://owner/repo/model.onnx@<40 hex digits>`. */
  readonly address: string;
  /** Other files in its folder, by name: weights of a model in two files. */
  readonly beside: ReadonlyMap<string, HubFile>;
  readonly labels?: Stated<readonly string[]>;
  readonly preprocessing?: Stated<Preprocessing>;
}

/** What the caller states itself, so that the repository's metadata is not read. */
export interface HubOptions {
  readonly labels?: unknown;
  readonly input?: Partial<Preprocessing['input']>;
  readonly environment?: Environment;
}

/** Options that replace all that `preprocessor_config.json` states. */
const ALL_INPUT = ['colour', 'scale', 'mean', 'std', 'fit'] as const;

/**
 * Finds a model of the Hub and reads what its repository states: commit, size, SHA-256, licence, labels of
 * `config.json`, `preprocessor_config.json`. The model itself is not downloaded.
 * @throws DownloadError, one for each reason
 */
export async function findHubModel(given: string, { labels, input = {}, environment }: HubOptions): Promise<HubModel> {
  const { files, ...repository } = await readRepository(new HubClient(parseHubAddress(given), environment));
  const { client, commit } = repository;
  const file = chosen(files, client);
  const folder = posix.dirname(file.path);
  const inFolder = files.filter(({ path }) => posix.dirname(path) === folder);
  const names = labels === undefined ? await stated(repository, files, folder, 'config.json') : undefined;
  const isSet = ALL_INPUT.every((key) => input[key] !== undefined);
  const processor = isSet ? undefined : await stated(repository, files, folder, 'preprocessor_config.json');
  return {
    ...repository,
    file,
    address: hubAddress({ repo: client.request.repo, file: file.path, revision: commit }),
    beside: new Map(inFolder.map((each) => [posix.basename(each.path), each])),
    ...labelsOf(names, client),
    ...preprocessingOf(processor, client),
  };
}

/** The model that the address names, or the only one. */
function chosen(files: readonly HubFile[], client: HubClient): HubFile {
  const { repo, file, revision } = client.request;
  const models = files.filter(({ path }) => path.endsWith('.onnx'));
  const found = files.find(({ path }) => path === file);
  if (found && models.includes(found)) return found;
  const [only] = models;
  if (file === undefined && only && models.length === 1) return only;
  const at = `${repo} at ${revision}`;
  if (models.length === 0) {
    throw new HubFileError(`Expected an .onnx file in ${at}, received none; export the model to ONNX first`);
  }
  const expected = file === undefined ? 'the name of one .onnx file' : `an .onnx file "${file}"`;
  const received = file === undefined ? `${models.length}` : found ? 'a file of another kind' : 'no such file';
  const list = models.slice(0, MOST_LISTED).map(({ path, bytes }) => `  hf://${repo}/${path} (${inMegabytes(bytes)})`);
  const more = models.length > MOST_LISTED ? [`  and ${models.length - MOST_LISTED} more`] : [];
  throw new HubFileError(
    [`Expected ${expected} in ${at}, received ${received}. Name one of:`, ...list, ...more].join('\n'),
  );
}

/** Most files in a message. */
const MOST_LISTED = 30;

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Largest file with metadata that is read, bytes. */
const MOST_BYTES = 4 * 2 ** 20;

/** The text of a file with metadata: the one beside the model, otherwise that of the repository. */
async function stated(
  { client }: Pick<HubRepository, 'client'>,
  files: readonly HubFile[],
  folder: string,
  name: string,
): Promise<Stated<string> | undefined> {
  const at = (path: string) => files.find((each) => each.path === path);
  const found = at(posix.join(folder, name)) ?? at(name);
  if (!found) return undefined;
  if (found.bytes > MOST_BYTES) {
    throw new HubAnswerError(`Expected at most ${MOST_BYTES} bytes in ${found.path}, received ${found.bytes}`);
  }
  return { path: found.path, value: await client.text(found.path) };
}

function labelsOf(config: Stated<string> | undefined, client: HubClient): Pick<HubModel, 'labels'> {
  if (!config) return {};
  const names = namesOfConfig(config.value);
  if (names === undefined) return {};
  if (typeof names !== 'string') return { labels: { path: config.path, value: names } };
  throw new HubMetadataError(
    `Expected class names by number from 0 in "id2label" of ${config.path} of ${client.request.repo}, received ` +
      `${names}; set --labels with one name for each class`,
  );
}

function preprocessingOf(config: Stated<string> | undefined, client: HubClient): Pick<HubModel, 'preprocessing'> {
  if (!config) return {};
  const value = readPreprocessing(config.value);
  if (typeof value !== 'string') return { preprocessing: { path: config.path, value } };
  throw new HubMetadataError(
    `Expected the settings of an image processor in ${config.path} of ${client.request.repo}, received ${value}; ` +
      'set --colour, --scale, --mean, --std and --fit, which replace it',
  );
}
