/**
 * Presigned POST: an HTML form that uploads one object within the limits of a signed policy.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */

import { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { AwsError } from '../protocol/aws-error.ts';
import { checkString } from '../protocol/signature.ts';

/** A form. Names of fields in lower case. */
export interface PostForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer;
}

/** Fields that a policy need not name. */
const FREE_FIELDS = /^(file|policy|x-amz-signature|x-ignore-.*|x-amz-checksum-.*|x-amz-sdk-checksum-algorithm)$/;

/** Reads a form. Ignores fields after the file, as S3 does. @throws AwsError MalformedPOSTRequest, InvalidArgument */
export async function readForm(contentType: string, body: Buffer): Promise<PostForm> {
  const fields = new Map<string, string>();
  const files: { name: string; chunks: Buffer[] }[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const parser = new Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: 1024 * 1024 } });
      parser.on('field', (name, value) => files.length === 0 && fields.set(name.toLowerCase(), value));
      parser.on('file', (name, stream, filename) => {
        const file = { name: filename, chunks: [] as Buffer[] };
        if (name === 'file') files.push(file);
        stream.on('data', (chunk: Buffer) => file.chunks.push(chunk));
      });
      parser.on('finish', resolve).on('error', reject);
      Readable.from([body]).pipe(parser);
    });
  } catch (cause) {
    const message = 'The body of your POST request is not well-formed multipart/form-data.';
    throw new AwsError('MalformedPOSTRequest', 400, message, {}, { cause });
  }
  const [file] = files;
  if (!file)
    throw new AwsError('InvalidArgument', 400, 'POST requires exactly one file upload per request.', {
      ArgumentName: 'file',
      ArgumentValue: String(files.length),
    });
  const key = fields.get('key');
  if (key === undefined) throw new AwsError('InvalidArgument', 400, "Bucket POST must contain a field named 'key'.");
  fields.set(
    'key',
    key.replaceAll(/\$\{filename\}/g, () => file.name.split(/[\\/]/).at(-1) ?? ''),
  );
  return { fields, file: Buffer.concat(file.chunks) };
}

/** @throws AwsError unless the policy is signed, still valid, and allows the form */
export function checkPolicy({ fields, file }: PostForm, bucket: string, now: Date): void {
  const encoded = fields.get('policy');
  if (encoded === undefined) throw new AwsError('AccessDenied', 403, 'Access Denied');
  checkString(encoded, fields);
  const { expiration, conditions } = parsePolicy(encoded);
  if (!(now.getTime() < Date.parse(expiration))) throw denied('Policy expired.');
  const given = new Map([...fields, ['bucket', bucket]]);
  const named = new Set(['bucket']);
  for (const condition of conditions) {
    const name = checkCondition(condition, given, file.length);
    if (name) named.add(name);
  }
  const extra = [...fields.keys()].filter((name) => !named.has(name) && !FREE_FIELDS.test(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
}

type Condition = readonly [operator: string, first: string | number, second: string | number];

function parsePolicy(encoded: string): { expiration: string; conditions: Condition[] } {
  try {
    const { expiration, conditions } = JSON.parse(Buffer.from(encoded, 'base64').toString());
    return { expiration, conditions: conditions.flatMap(normalized) };
  } catch (cause) {
    throw new AwsError('InvalidPolicyDocument', 400, 'Invalid Policy: Invalid JSON.', {}, { cause });
  }
}

/** `{"acl": "private"}` is short for `["eq", "$acl", "private"]`. */
function normalized(condition: Condition | Record<string, string>): Condition[] {
  if (Array.isArray(condition)) return [condition as unknown as Condition];
  return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, value]);
}

/** Returns the name of the field that the condition restricts. @throws AwsError */
function checkCondition(condition: Condition, given: ReadonlyMap<string, string>, size: number): string | undefined {
  const [operator, first, second] = condition;
  if (operator === 'content-length-range') {
    checkSize(size, Number(first), Number(second));
    return undefined;
  }
  const name = String(first).slice(1).toLowerCase();
  const value = given.get(name) ?? '';
  if (operator !== 'eq' && operator !== 'starts-with')
    throw new AwsError('InvalidPolicyDocument', 400, `Invalid Policy: Invalid condition ${operator}`);
  const holds = operator === 'eq' ? value === String(second) : value.startsWith(String(second));
  if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
  return name;
}

function checkSize(size: number, least: number, most: number): void {
  const proposed = { ProposedSize: String(size) };
  if (size > most) {
    const message = 'Your proposed upload exceeds the maximum allowed size';
    throw new AwsError('EntityTooLarge', 400, message, { ...proposed, MaxSizeAllowed: String(most) });
  }
  if (size < least) {
    const message = 'Your proposed upload is smaller than the minimum allowed size';
    throw new AwsError('EntityTooSmall', 400, message, { ...proposed, MinSizeAllowed: String(least) });
  }
}

const denied = (reason: string) => new AwsError('AccessDenied', 403, `Invalid according to Policy: ${reason}`);
