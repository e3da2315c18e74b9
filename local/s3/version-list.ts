/**
 * ListObjectVersions: all versions and delete markers of a bucket, in order of keys, the newest of a key first.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */

import { AwsError, escapeXml } from '../protocol/aws-error.ts';
import type { ServiceResponse } from '../protocol/service.ts';
import { inOrder } from '../storage/database.ts';
import type { KeyVersions, ObjectVersion } from './versions.ts';

/** What a page shows: a version of a key, or the keys below a common prefix as one item. */
type Item =
  | { readonly key: string; readonly version: ObjectVersion; readonly isLatest: boolean }
  | { readonly prefix: string };

const MOST_KEYS = 1000;

/** The answer to a request with `?versions`. @throws AwsError NotImplemented, InvalidArgument */
export function listVersions(bucket: string, keys: readonly KeyVersions[], query: URLSearchParams): ServiceResponse {
  if (query.has('encoding-type')) {
    throw new AwsError(
      'NotImplemented',
      501,
      'Lists of versions with ?encoding-type are not supported by the emulator.',
    );
  }
  const after = markerOf(query);
  const items = itemsOf(keys, query.get('prefix') ?? '', query.get('delimiter') ?? '').filter(isAfter(after, keys));
  const most = Math.min(MOST_KEYS, Number(query.get('max-keys') ?? MOST_KEYS));
  const page = items.slice(0, most);
  const isTruncated = items.length > page.length;
  const last = isTruncated ? page.at(-1) : undefined;
  const body = [
    text('Name', bucket),
    text('Prefix', query.get('prefix') ?? ''),
    text('KeyMarker', after.key),
    text('VersionIdMarker', after.version),
    ...(last ? nextMarker(last) : []),
    text('MaxKeys', String(most)),
    ...(query.has('delimiter') ? [text('Delimiter', query.get('delimiter') ?? '')] : []),
    text('IsTruncated', String(isTruncated)),
    ...page.map(itemXml),
  ].join('');
  const xml = `<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</ListVersionsResult>`;
  const headers = { 'content-type': 'application/xml' };
  return { status: 200, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` };
}

interface Marker {
  readonly key: string;
  readonly version: string;
}

function markerOf(query: URLSearchParams): Marker {
  const marker = { key: query.get('key-marker') ?? '', version: query.get('version-id-marker') ?? '' };
  if (marker.version !== '' && marker.key === '') {
    const message = 'A version-id marker cannot be specified without a key marker.';
    throw new AwsError('InvalidArgument', 400, message, { ArgumentName: 'version-id-marker' });
  }
  return marker;
}

function itemsOf(keys: readonly KeyVersions[], prefix: string, delimiter: string): Item[] {
  const below = keys.filter(({ key }) => key.startsWith(prefix)).toSorted((a, b) => inOrder(a.key, b.key));
  const items: Item[] = [];
  for (const { key, versions } of below) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      items.push(...versions.map((version, index) => ({ key, version, isLatest: index === 0 })));
      continue;
    }
    const common = key.slice(0, end + delimiter.length);
    const last = items.at(-1);
    if (!last || !('prefix' in last) || last.prefix !== common) items.push({ prefix: common });
  }
  return items;
}

function isAfter(marker: Marker, keys: readonly KeyVersions[]): (item: Item) => boolean {
  const { versions = [] } = keys.find(({ key }) => key === marker.key) ?? {};
  const seen = versions.findIndex(({ id }) => id === marker.version);
  return (item) => {
    if (marker.key === '') return true;
    const order = inOrder('prefix' in item ? item.prefix : item.key, marker.key);
    if (order !== 0 || 'prefix' in item) return order > 0;
    return marker.version !== '' && versions.indexOf(item.version) > seen;
  };
}

function nextMarker(last: Item): string[] {
  if ('prefix' in last) return [text('NextKeyMarker', last.prefix)];
  return [text('NextKeyMarker', last.key), text('NextVersionIdMarker', last.version.id)];
}

function itemXml(item: Item): string {
  if ('prefix' in item) return `<CommonPrefixes>${text('Prefix', item.prefix)}</CommonPrefixes>`;
  const { id, isDeleteMarker, lastModified, size, etag } = item.version;
  const common = [
    text('Key', item.key),
    text('VersionId', id),
    text('IsLatest', String(item.isLatest)),
    text('LastModified', lastModified),
  ];
  if (isDeleteMarker) return `<DeleteMarker>${common.join('')}</DeleteMarker>`;
  const content = [text('ETag', `"${etag}"`), text('Size', String(size)), text('StorageClass', 'STANDARD')];
  return `<Version>${[...common, ...content].join('')}</Version>`;
}

function text(name: string, content: string): string {
  return `<${name}>${escapeXml(content)}</${name}>`;
}
