import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A refusal to be lenient: what an answer has that the document does not say. */
export class Undocumented extends Error {
  override readonly name = 'Undocumented';
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Documented>>;
}

interface Documented {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: { readonly format?: string } }>>;
}

/** What an OpenAPI document says, and which of its answers have been seen. */
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
   * Holds an answer against the document.
   * @param path as the document has it: `/count-cars/predictions/{id}`
   * @throws Undocumented
   */
  async check(method: string, path: string, response: Response): Promise<void> {
    const operation = this.paths[path]?.[method.toLowerCase()];
    const documented = operation?.responses[response.status];
    const what = `${method} ${path} ${response.status}`;
    if (!operation || !documented) throw new Undocumented(`${what}: ${(await response.text()).slice(0, 300)}`);
    this.checkHeaders(what, documented, response);
    await this.checkBody(what, documented, response);
    this.seen.add(`${operation.operationId} ${response.status}`);
  }

  /** Answers of these operations that were not seen yet, as "operationId status". */
  unseen(operationIds: readonly string[]): string[] {
    const operations = Object.values(this.paths).flatMap((item) => Object.values(item));
    return operations
      .filter(({ operationId }) => operationIds.includes(operationId))
      .flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => `${operationId} ${status}`))
      .filter((answer) => !this.seen.has(answer));
  }

  private checkHeaders(what: string, { headers = {} }: Documented, response: Response): void {
    for (const [name, { required }] of Object.entries(headers)) {
      if (required && !response.headers.has(name)) throw new Undocumented(`${what}: expected the header ${name}`);
    }
  }

  private async checkBody(what: string, { content }: Documented, response: Response): Promise<void> {
    const text = await response.text();
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (!content) {
      if (text !== '') throw new Undocumented(`${what}: expected no body, received ${type}`);
      return;
    }
    const media = content[type];
    if (!media) throw new Undocumented(`${what}: expected ${Object.keys(content).join(' or ')}, received ${type}`);
    if (!type.includes('json')) return;
    const validate = this.schemaOf(what, type);
    if (!validate(JSON.parse(text))) {
      throw new Undocumented(`${what}: ${this.ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`);
    }
  }

  private schemaOf(what: string, type: string): ValidateFunction {
    const [method = '', path = '', status = ''] = what.split(' ');
    const parts = ['paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema'];
    const pointer = parts.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/');
    const found = this.ajv.getSchema(`api#/${pointer}`);
    if (!found) throw new Undocumented(`${what}: expected a schema for ${type}`);
    return found;
  }
}
