import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** How long a value is used before it is read again: a new secret is in use after this time at most. */
const FRESH_MS = 60_000;

/** A destination has no usable secret. The message never has its value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** Values of SecureStrings, read once a minute. */
export class Secrets {
  private readonly read = new Map<string, { readonly value: Promise<string>; readonly at: number }>();
  private readonly client: Pick<SSMClient, 'send'>;
  private readonly now: () => number;

  constructor(client: Pick<SSMClient, 'send'>, now = () => performance.now()) {
    this.client = client;
    this.now = now;
  }

  /** @param name of the parameter @throws SecretError; errors of Systems Manager */
  get(name: string): Promise<string> {
    const known = this.read.get(name);
    if (known && this.now() - known.at < FRESH_MS) return known.value;
    const value = this.fetch(name);
    this.read.set(name, { value, at: this.now() });
    value.catch(() => this.read.delete(name));
    return value;
  }

  private async fetch(name: string): Promise<string> {
    const { Parameter } = await this.client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    if (!Parameter?.Value) throw new SecretError(`Expected a value for the parameter ${name}, received none`);
    return Parameter.Value;
  }
}
