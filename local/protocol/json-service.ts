/** Services of AWS's JSON protocol: the operation is in a header, input and output are JSON. */

import { UnsupportedError } from '../errors.ts';
import { json, type Service, type ServiceRequest } from './service.ts';

/** An error of such a service, by its AWS name. */
export class ServiceError extends Error {
  override readonly name: string;
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

export type Input = Readonly<Record<string, unknown>>;
export type Operation = (input: Input) => object | Promise<object>;

/** The operation of a request to such a service. */
export function jsonOperationOf({ headers, path }: ServiceRequest): string {
  return (headers['x-amz-target'] ?? path).split('.').at(-1) ?? '';
}

/**
 * A service with these operations. It throws UnsupportedError for others.
 * @param service its name in signatures
 */
export function jsonService(service: string, operations: Readonly<Record<string, Operation>>): Service {
  return async (request) => {
    const { body } = request;
    const name = jsonOperationOf(request);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new UnsupportedError(`The operation ${name}`, `${service} API`);
    try {
      const output = await operation(JSON.parse(body.toString() || '{}'));
      return json(200, output, { 'content-type': 'application/x-amz-json-1.0' });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return json(400, { __type: error.name, message: error.message }, { 'x-amzn-errortype': error.name });
    }
  };
}
