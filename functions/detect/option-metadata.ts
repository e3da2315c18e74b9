import { OPTION_NAMES, type RequestOptions } from '../api/options.ts';

/**
 * Options of an upload as S3 user metadata (`x-amz-meta-…`), and back. Names have dashes there (`max-side`), because
 * some S3 clients and proxies drop headers with underscores.
 */
const keyOf = (option: string) => option.replaceAll('_', '-');

/** User metadata of an upload by a ticket: the owner of its result. */
export const OWNER_METADATA = 'owner';

/** The user metadata, names without `x-amz-meta-`, that carries these options. */
export function toMetadata(options: RequestOptions): Record<string, string> {
  const given = OPTION_NAMES.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [keyOf(name), String(options[name])]));
}

/** The options in user metadata, as text for `parseOptions`. Ignores metadata that S3 clients add, such as mtime. */
export function fromMetadata(metadata: Readonly<Record<string, string>>): Map<string, string[]> {
  return new Map(
    OPTION_NAMES.flatMap((name) => {
      const value = metadata[keyOf(name)];
      return value === undefined ? [] : [[name, [value]] as const];
    }),
  );
}
