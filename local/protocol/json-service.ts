/** Services that speak AWS's JSON protocol: the operation is in a header, input and output are JSON. */

import { UnsupportedError } from '../errors.ts';
import { json, type Service } from './service.ts';

/** An error that the service answers with, under its AWS name. */
export class ServiceError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type Input = Readonly<Record<string, unknown>>;
export type Operation = (input: Input) => object | Promise<object>;

/** @throws UnsupportedError for an operation that is not among `operations` */
export function jsonService(operations: Readonly<Record<string, Operation>>): Service {
  return async ({ headers, body, path }) => {
    const name = (headers['x-amz-target'] ?? path).split('.').at(-1) ?? '';
    const operation = operations[name];
    if (!operation) throw new UnsupportedError(`The operation ${headers['x-amz-target'] ?? path}`, 'API');
    try {
      const output = await operation(JSON.parse(body.toString() || '{}'));
      return json(200, output, { 'content-type': 'application/x-amz-json-1.0' });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return json(400, { __type: error.name, message: error.message }, { 'x-amzn-errortype': error.name });
    }
  };
}
