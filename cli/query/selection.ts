import type { S3Client } from '@aws-sdk/client-s3';
import type { Since } from './since.ts';

/** Which results are read. */
export interface Selection {
  /** Default: all endpoints. */
  readonly endpoint?: string | undefined;
  readonly since: Since;
  /** Largest number of results that are not in the tables. */
  readonly most: number;
}

/** A bucket. */
export interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}
