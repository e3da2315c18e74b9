import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { type ObjectVersion, ObjectVersions, type VersionStore } from '../../cli/erase/object-versions.ts';
import { CREDENTIALS, REGION } from '../../local/account.ts';

/** The versions in the bucket of a laptop. @param endpoint address of its AWS services */
export async function storedIn(endpoint: string): Promise<VersionStore> {
  const client = new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS });
  const { Buckets = [] } = await client.send(new ListBucketsCommand());
  // The other bucket has the access logs of this one.
  const bucket = Buckets.find(({ Name }) => Name?.includes('-storagebucket'));
  if (!bucket?.Name) throw new Error(`Expected a bucket of the laptop at ${endpoint}, received none`);
  return new ObjectVersions(bucket.Name, client);
}

/** Ids of all versions. */
export async function idsOf(store: VersionStore): Promise<ReadonlySet<string>> {
  return new Set((await Array.fromAsync(store.each(''))).map(({ id }) => id));
}

/** Deletes the versions that were not there before, as their expiry does after some days. Returns their number. */
export async function removeNew(store: VersionStore, before: ReadonlySet<string>): Promise<number> {
  const added: ObjectVersion[] = (await Array.fromAsync(store.each(''))).filter(({ id }) => !before.has(id));
  for (const version of added) await store.remove(version);
  return added.length;
}
