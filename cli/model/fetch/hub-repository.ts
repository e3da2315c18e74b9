/** What a repository of the Hub has at one commit. */

import * as z from 'zod';
import { DownloadError } from './download.ts';
import { isPath } from './hub-address.ts';
import type { HubClient, HubFile } from './hub-client.ts';
import { HubAnswerError } from './hub-errors.ts';

/** A repository at one commit. */
export interface HubRepository {
  /** A client at this commit. */
  readonly client: HubClient;
  /** The commit, 40 hex digits. */
  readonly commit: string;
  /** Licence in the metadata of the model card, an SPDX expression where it has one. */
  readonly licence?: string;
  readonly files: readonly HubFile[];
}

/** Most files of a repository that are listed. */
const MOST_FILES = 20_000;

const text = z.string().max(300);

/** https://huggingface.co/docs/hub/api: the parts that are used. */
const infoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/, 'expected a commit of 40 hex digits'),
  cardData: z
    .object({ license: z.union([text, z.array(text).max(20)]).optional(), license_name: text.optional() })
    .nullish(),
});

const fileSchema = z.object({
  path: z.string().min(1).max(2000).refine(isPath, 'expected no segment . or .. and no empty one'),
  size: z.int().min(0),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).optional(),
});

/**
 * Reads a repository: its commit at the revision, its licence and its files.
 * @throws DownloadError
 */
export async function readRepository(client: HubClient): Promise<HubRepository> {
  // Because the library takes 60 ms to load, only commands with an address of the Hub load it.
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const { repo, endpoint: hubUrl, revision } = client.request;
  const common = { hubUrl, fetch: client.fetchApi };
  const fields = { additionalFields: ['sha', 'cardData'] as ('sha' | 'cardData')[] };
  const info = await answered(
    client,
    infoSchema,
    modelInfo({ name: repo, ...fields, ...common, ...(revision && { revision }) }),
  );
  const pinned = client.at({ revision: info.sha });
  const files: HubFile[] = [];
  const listed = listFiles({ repo: { type: 'model', name: repo }, recursive: true, revision: info.sha, ...common });
  for (;;) {
    const { done, value } = await answered(
      client,
      z.object({ done: z.boolean().optional(), value: z.unknown() }),
      listed.next(),
    );
    if (done) break;
    const file = fileOf(client, value);
    if (file) files.push(file);
    if (files.length > MOST_FILES) throw unexpected(client, `more than ${MOST_FILES} files`);
  }
  const licence = licenceOf(info.cardData ?? {});
  return { client: pinned, commit: info.sha, files, ...(licence && { licence }) };
}

function fileOf(client: HubClient, value: unknown): HubFile | undefined {
  if ((value as { type?: unknown } | null)?.type !== 'file') return undefined;
  const { path, size, lfs } = valid(client, fileSchema, value);
  return { path, bytes: lfs?.size ?? size, ...(lfs && { sha256: lfs.oid }) };
}

/** The checked answer. @throws DownloadError, also for an answer that is no JSON */
async function answered<T extends z.ZodType>(
  client: HubClient,
  schema: T,
  pending: Promise<unknown>,
): Promise<z.infer<T>> {
  const answer = await pending.catch((cause: Error) => {
    throw cause instanceof DownloadError ? cause : unexpected(client, cause.message, cause);
  });
  return valid(client, schema, answer);
}

function valid<T extends z.ZodType>(client: HubClient, schema: T, answer: unknown): z.infer<T> {
  const { data, error } = schema.safeParse(answer);
  if (!error) return data;
  const [issue] = error.issues;
  throw unexpected(client, `${issue?.path.join('.')}: ${issue?.message}`);
}

function unexpected({ request: { endpoint, repo } }: HubClient, received: string, cause?: Error): HubAnswerError {
  return new HubAnswerError(
    `Expected the answer of Hugging Face’s API about ${repo} from ${endpoint}, received ${received}; ` +
      'is HF_ENDPOINT the address of a mirror?',
    cause && { cause },
  );
}

/** The Hub's names of licences: https://huggingface.co/docs/hub/repositories-licenses */
const MIXED_CASE: Readonly<Record<string, string>> = {
  'apache-2.0': 'Apache-2.0',
  unlicense: 'Unlicense',
  zlib: 'Zlib',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-3-clause-clear': 'BSD-3-Clause-Clear',
};

/** Those that are SPDX's in lower case. */
const LOWER_CASE =
  /^(mit|isc|0bsd|wtfpl|a?gpl-\d\.0|lgpl-\d\.\d|mpl-2\.0|epl-\d\.0|ecl-2\.0|cc0-1\.0|cc-by(-nc)?(-sa|-nd)?-\d\.\d)$/;

/** An SPDX expression; `LicenseRef-…` is SPDX's form for a licence that it does not list. */
function licenceOf({
  license,
  license_name: name,
}: NonNullable<z.infer<typeof infoSchema>['cardData']>): string | undefined {
  const all = [license ?? []].flat().map((each) => each.trim().toLowerCase());
  const known = all.filter((each) => each !== '' && each !== 'unknown');
  if (known.length === 0) return undefined;
  return known.map((each) => spdxOf(each === 'other' && name ? name : each)).join(' OR ');
}

function spdxOf(licence: string): string {
  if (MIXED_CASE[licence]) return MIXED_CASE[licence];
  if (LOWER_CASE.test(licence)) return licence.toUpperCase();
  return `LicenseRef-${licence.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 80)}`;
}
