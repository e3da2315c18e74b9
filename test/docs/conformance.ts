import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** An answer that the document does not describe. */
export class UndocumentedError extends Error {
  override readonly name = 'UndocumentedError';
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Documented>>;
}

interface Documented {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: { readonly format?: string } }>>;
}

/** One documented answer. */
export interface Answer {
  /** Operation, status and type: `getHealth 200 application/json`. */
  readonly name: string;
  readonly status: number;
  /** Empty for an answer without a body. */
  readonly type: string;
}

function nameOf(operationId: string, status: number | string, type: string): string {
  return `${operationId} ${status} ${type}`.trimEnd();
}

function answersOf({ operationId, responses }: Operation): Answer[] {
  return Object.entries(responses).flatMap(([status, { content = { '': {} } }]) =>
    Object.keys(content).map((type) => ({ name: nameOf(operationId, status, type), status: Number(status), type })),
  );
}

function typeOf(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
}

/** Compares answers with an OpenAPI document, and records which of its answers were seen. */
export class Conformance {
  private readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly seen = new Set<string>();

  constructor(document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }) {
    this.paths = document.paths;
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'api');
  }

  /**
   * Compares an answer with the document.
   * @param path as the document has it: `/count-cars/predictions/{id}`
   * @throws UndocumentedError
   */
  async check(method: string, path: string, response: Response): Promise<void> {
    const operation = this.paths[path]?.[method.toLowerCase()];
    const documented = operation?.responses[response.status];
    const what = `${method} ${path} ${response.status}`;
    if (!operation || !documented) throw new UndocumentedError(`${what}: ${(await response.text()).slice(0, 300)}`);
    this.checkHeaders(what, documented, response);
    await this.checkBody(what, documented, response);
    this.seen.add(nameOf(operation.operationId, response.status, documented.content ? typeOf(response) : ''));
  }

  /** All operations with their documented answers. */
  operations(): { method: string; path: string; answers: readonly Answer[] }[] {
    return Object.entries(this.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        answers: answersOf(operation),
      })),
    );
  }

  /** Documented answers that were not seen yet, as "operationId status type". */
  unseen(): string[] {
    const all = this.operations().flatMap(({ answers }) => answers);
    return all.map(({ name }) => name).filter((name) => !this.seen.has(name));
  }

  private checkHeaders(what: string, { headers = {} }: Documented, response: Response): void {
    for (const [name, { required }] of Object.entries(headers)) {
      if (required && !response.headers.has(name)) throw new UndocumentedError(`${what}: expected the header ${name}`);
    }
  }

  private async checkBody(what: string, { content }: Documented, response: Response): Promise<void> {
    const text = await response.text();
    const type = typeOf(response);
    if (!content) {
      if (text !== '') throw new UndocumentedError(`${what}: expected no body, received ${type}`);
      return;
    }
    const media = content[type];
    if (!media) throw new UndocumentedError(`${what}: expected ${Object.keys(content).join(' or ')}, received ${type}`);
    if (!type.includes('json')) return;
    const validate = this.schemaOf(what, type);
    if (!validate(JSON.parse(text))) {
      throw new UndocumentedError(`${what}: ${this.ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`);
    }
  }

  private schemaOf(what: string, type: string): ValidateFunction {
    const [method = '', path = '', status = ''] = what.split(' ');
    const parts = ['paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema'];
    const pointer = parts.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/');
    const found = this.ajv.getSchema(`api#/${pointer}`);
    if (!found) throw new UndocumentedError(`${what}: expected a schema for ${type}`);
    return found;
  }
}
