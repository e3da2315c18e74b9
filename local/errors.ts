/** What the laptop says when it is asked for something that it does not play. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
  /** @param what resource type, operation or intrinsic, by its AWS name; `where` it was met */
  constructor(what: string, where: string) {
    super(`${what} (${where}) is not played by the laptop. It is in AWS: deploy it there, or leave it out here.`);
  }
}
