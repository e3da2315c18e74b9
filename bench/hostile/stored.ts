import { ListBucketsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { CREDENTIALS, REGION } from '../../local/account.ts';

/** Kilobytes of all objects that an emulator stores, noncurrent versions too. @param endpoint of its AWS services */
export async function storedBy(endpoint: string): Promise<number> {
  const s3 = new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  let bytes = 0;
  for (const { Name = '' } of Buckets) bytes += await bytesOf(s3, Name);
  return Math.round(bytes / 1024);
}

async function bytesOf(s3: S3Client, Bucket: string): Promise<number> {
  let bytes = 0;
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker) {
    const page: Page = await s3.send(new ListObjectVersionsCommand({ Bucket, ...marker }));
    bytes += (page.Versions ?? []).reduce((sum, { Size = 0 }) => sum + Size, 0);
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    marker = page.IsTruncated && KeyMarker ? { KeyMarker, ...(VersionIdMarker && { VersionIdMarker }) } : undefined;
  }
  return bytes;
}

interface Page {
  readonly Versions?: readonly { readonly Size?: number | undefined }[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly NextKeyMarker?: string | undefined;
  readonly NextVersionIdMarker?: string | undefined;
}
