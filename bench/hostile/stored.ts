import { ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { CREDENTIALS, REGION } from '../../local/account.ts';

/** Kilobytes of the current objects that an emulator stores. @param endpoint of its AWS services */
export async function storedBy(endpoint: string): Promise<number> {
  const s3 = new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  let bytes = 0;
  for (const { Name: Bucket = '' } of Buckets) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
      bytes += Contents.reduce((sum, { Size = 0 }) => sum + Size, 0);
  }
  return Math.round(bytes / 1024);
}
