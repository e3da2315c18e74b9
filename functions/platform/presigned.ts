/** A URL that gives access to one object without credentials until it expires. */
export interface PresignedUrl {
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly expires_at: string;
}

/** Conditions of a presigned POST: exactly this key and content type, up to `maxBytes`. */
export interface PostTicket {
  readonly key: string;
  readonly contentType: string;
  readonly maxBytes: number;
  readonly seconds: number;
  readonly metadata: Readonly<Record<string, string>>;
}
