/** Addresses of files in a repository of Hugging Face's Hub. */

import { DownloadError } from './download.ts';

/** Parts of `hf://owner/repo[/file][@revision]`. */
export interface HubAddress {
  /** `owner/repo`. */
  readonly repo: string;
  /** Path of the file in the repository. */
  readonly file?: string;
  /** A branch, a tag or a commit. Default: the newest commit. */
  readonly revision?: string;
}

/** An address of the Hub that has another form. */
export class HubAddressError extends DownloadError {
  override readonly name = 'HubAddressError';
}

const NAME = /^[A-Za-z0-9][\w.-]{0,95}$/;

/** Of pull requests and conversions: https://huggingface.co/docs/hub/repositories-pull-requests-discussions */
const SPECIAL_REVISION = /^refs\/(?:pr|convert)\/[^/]+/;

/**
 * Parses `hf://owner/repo[/file][@revision]`. The revision may stand after the repository, too, as Python's library
 * writes it: `hf://owner/repo@revision/file`.
 * @throws HubAddressError
 */
export function parseHubAddress(given: string): HubAddress {
  const [owner = '', repo = '', ...rest] = given.replace(/^hf:\/\//i, '').split('/');
  const tail = [repo, ...rest].join('/');
  const at = tail.lastIndexOf('@');
  const [path, marked] = at < 0 ? [tail, undefined] : [tail.slice(0, at), tail.slice(at + 1)];
  const [name = '', ...folders] = path.split('/');
  const inside = folders.length === 0 && marked !== undefined ? revisionBeforeFile(marked) : undefined;
  const file = inside ? inside.file : folders.join('/');
  const revision = decoded(inside ? inside.revision : marked);
  const valid =
    [owner, name].every((part) => NAME.test(part)) && isPath(file) && revision !== '' && isPath(revision ?? '');
  if (!valid) {
    throw new HubAddressError(`Expected hf://owner/repo[/file.onnx][@revision], received ${given}`);
  }
  return { repo: `${owner}/${name}`, ...(file && { file }), ...(revision && { revision }) };
}

/** Because a branch may have slashes, text after a revision is a file only where it ends as a model does. */
function revisionBeforeFile(text: string): { readonly revision: string; readonly file: string } {
  const special = SPECIAL_REVISION.exec(text)?.[0];
  const end = special?.length ?? text.indexOf('/');
  if (end < 0 || !text.endsWith('.onnx')) return { revision: text, file: '' };
  return { revision: text.slice(0, end), file: text.slice(end + 1) };
}

function decoded(revision: string | undefined): string | undefined {
  try {
    return revision && decodeURIComponent(revision);
  } catch {
    return revision;
  }
}

/**
 * Whether a path, or a revision with slashes, is empty or has names only: `URL` resolves `.` and `..`, and so leaves
 * the repository.
 */
export function isPath(path: string): boolean {
  const parts = path.split('/');
  return path === '' || parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

/** The address of a file at a revision, in the form of `parseHubAddress`. */
export function hubAddress({ repo, file, revision }: HubAddress): string {
  return `hf://${repo}${file ? `/${file}` : ''}${revision ? `@${revision}` : ''}`;
}

/**
 * The address of a repository or a file whose page in a browser was copied:
 * `https://huggingface.co/owner/repo/blob/main/model.onnx`. Pages are HTML; `/resolve/` is the file itself.
 */
export function addressOfPage(given: string): string | undefined {
  const [, repo, kind, path = ''] =
    /^https:\/\/(?:huggingface\.co|hf\.co)\/([\w.-]+\/[\w.-]+)(?:\/(blob|tree)\/([^?#]+))?\/?(?:[?#].*)?$/.exec(
      given,
    ) ?? [];
  if (repo === undefined) return undefined;
  const [revision = '', ...file] = path.split('/').map((part) => decoded(part) ?? part);
  if (kind === undefined) return `hf://${repo}`;
  return hubAddress({ repo, revision, ...(kind === 'blob' && { file: file.join('/') }) });
}
