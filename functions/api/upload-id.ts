import { createHash } from 'node:crypto';

/**
 * The id of an upload: the first 32 hex digits of SHA-256 over bucket, key and version, with a line feed between, so
 * that a repeated event leads to the same result. In a shell:
 * `printf 'bucket\nkey\nversion' | sha256sum | cut -c1-32`.
 * @param version the object's version id, or its ETag where the bucket keeps no versions
 */
export function uploadId({ bucket, key, version }: { bucket: string; key: string; version: string }): string {
  return createHash('sha256').update([bucket, key, version].join('\n')).digest('hex').slice(0, 32);
}
