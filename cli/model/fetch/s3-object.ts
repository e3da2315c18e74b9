import type { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DownloadError, type DownloadOptions, receive, writePieces } from './download.ts';

/**
 * Downloads `s3://bucket/key` with the credentials and the region that the AWS SDK finds. It appears at `path` only
 * when it is complete and has its checksum.
 * @throws DownloadError with the reason of S3 or of the SDK, for more bytes than `maxBytes`, or another checksum
 */
export async function downloadObject(url: URL, path: string, options: DownloadOptions): Promise<void> {
  const [bucket, key] = [url.hostname, decodeURIComponent(url.pathname.slice(1))];
  if (bucket === '' || key === '') throw new DownloadError(`Expected s3://bucket/key, received ${url.href}`);
  const client = new S3Client({ followRegionRedirects: true });
  const write = async (part: string) => {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await writePieces(Body as Readable, part, { ...options, url, length: ContentLength });
  };
  try {
    await receive(url, path, { ...options, write });
  } catch (error) {
    throw error instanceof DownloadError ? error : unreadable(url, error as Error);
  } finally {
    client.destroy();
  }
}

function unreadable({ href }: URL, { name, message }: Error): DownloadError {
  return new DownloadError(
    `${href}: Expected a readable object, received ${name}: ${message}. ` +
      'Check bucket and key, the credentials (AWS_PROFILE) and the region (AWS_REGION)',
  );
}
