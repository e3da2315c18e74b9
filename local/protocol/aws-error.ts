/** Errors of AWS's services with code, status, message and details, and their XML. */

/** An error response. Codes and statuses are those of S3 and of AWS's common errors. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.status = status;
    this.details = details;
  }

  toXml(requestId: string): string {
    const fields = { Code: this.code, Message: this.message, ...this.details, RequestId: requestId, HostId: 'laptop' };
    const lines = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${lines.join('')}</Error>`;
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

export function unescapeXml(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    if (name) return named[name] ?? all;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
