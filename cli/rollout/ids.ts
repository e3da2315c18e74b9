/** The smallest UUIDv7 of a time, milliseconds since the epoch: its first 48 bits (RFC 9562). A place to start a listing. */
export function idAt(milliseconds: number): string {
  const hex = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}
