/** What the keys and buttons of a page do. */
export interface Commands<Command> {
  readonly ofKey: (key: string) => Command | undefined;
  /** @param name its `data-command`, or `help` */
  readonly ofButton: (name: string) => Command | undefined;
}
