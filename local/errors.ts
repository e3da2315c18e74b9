/** The emulator does not support something that a template or a request uses. Nothing is dropped silently. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';

  /**
   * @param what resource type, property, operation or function, by its AWS name
   * @param where API, or stack and logical id
   * @param others more of the same template, each as `what (where)`
   */
  constructor(what: string, where: string, others: readonly string[] = []) {
    const all = [`${what} (${where})`, ...others];
    super(
      all.length === 1
        ? `${all[0]} is not supported by the emulator. Only AWS supports it.`
        : ['The emulator does not support these, only AWS does:', ...all].join('\n  '),
    );
  }
}
