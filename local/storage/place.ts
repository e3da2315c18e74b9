/** Where a body is. */
export interface Place {
  readonly file: string;
  /** Of its first byte. */
  readonly at: number;
  /** Bytes. */
  readonly length: number;
}
