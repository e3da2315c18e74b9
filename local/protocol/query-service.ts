/** Services of AWS's Query protocol: forms in, XML out. */

import { UnsupportedError } from '../errors.ts';
import { escapeXml } from './aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from './service.ts';

/** An error of such a service, by its AWS code. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** An operation: its parameters, and its result as XML. */
export interface QueryOperation {
  /** Parameters that it supports. Others are rejected. */
  readonly parameters: readonly string[];
  /** The content of `<OperationResult>`. @throws QueryError */
  readonly answer: (parameters: ReadonlyMap<string, string>) => string | Promise<string>;
}

/** What the service calls itself: its name in messages, and the namespace of its XML. */
export interface QueryServiceName {
  readonly service: string;
  readonly namespace: string;
}

/** The operation of a request to such a service. @returns undefined for a request of another protocol */
export function queryOperationOf({ headers, body }: Pick<ServiceRequest, 'headers' | 'body'>): string | undefined {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
  return new URLSearchParams(body.toString()).get('Action') ?? undefined;
}

/** A service with these operations. It throws UnsupportedError for others, and for parameters that one lacks. */
export function queryService(
  { service, namespace }: QueryServiceName,
  operations: Readonly<Record<string, QueryOperation>>,
): Service {
  return async ({ body }) => {
    const { Action: action = '', Version: _, ...rest } = Object.fromEntries(new URLSearchParams(body.toString()));
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (!operation) throw new UnsupportedError(`The operation ${action}`, `${service} API`);
    const unknown = Object.keys(rest).find((name) => !operation.parameters.includes(name));
    if (unknown !== undefined) throw new UnsupportedError(`The parameter ${unknown} of ${action}`, `${service} API`);
    try {
      const result = element(`${action}Result`, await operation.answer(new Map(Object.entries(rest))));
      return xml(200, `<${action}Response xmlns="${namespace}">${result}${METADATA}</${action}Response>`);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      const fields = textElement('Type', 'Sender') + textElement('Code', error.code);
      const content = element('Error', fields + textElement('Message', error.message));
      return xml(400, `<ErrorResponse xmlns="${namespace}">${content}<RequestId>laptop</RequestId></ErrorResponse>`);
    }
  };
}

function xml(status: number, content: string): ServiceResponse {
  const headers = { 'content-type': 'text/xml' };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}` };
}

/** @param content XML */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** @param content text */
export function textElement(name: string, content: string): string {
  return element(name, escapeXml(content));
}

const METADATA = element('ResponseMetadata', textElement('RequestId', 'laptop'));
