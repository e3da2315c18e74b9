/** The AWS account that the emulator stands for, and its addresses. */

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** The only key pair that the emulator accepts. Not a secret: its addresses are reachable from this machine only. */
export const CREDENTIALS = { accessKeyId: 'laptop', secretAccessKey: 'laptop' } as const;

/** Addresses of the emulator. Empty until its servers listen. */
export interface Addresses {
  /** HTTP API. */
  url: string;
  /** AWS services. A numeric host, so that S3 clients use path-style addresses. */
  endpoint: string;
}
