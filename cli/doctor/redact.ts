/** Makes a text public: without account numbers, keys, tokens, names of users and paths of this machine. */

/** What a text may quote and must not show. */
export interface Private {
  /** Keys and tokens in use. */
  readonly secrets: readonly string[];
  /** Folders of this machine. */
  readonly folders: readonly string[];
}

/** The rest of a path. */
const REST = String.raw`[\w.@+/\\:-]*`;
/** Where the folders of users and programs are. Not every path: those of the API stay. */
const ROOTS = 'home|Users|root|tmp|var|private|opt|mnt|usr|etc|srv|Volumes';

/** Replacements in their order. */
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // The signature in an address, before anything in it is replaced.
  [/(https?:\/\/[^\s?"']+)\?[^\s"']*/g, '$1?<query>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<token>'],
  [/\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, '<key>'],
  [/\barn:aws[\w-]*:(iam|sts)::[^\s"',;]*/g, 'arn:aws:$1::<identity>'],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '<address>'],
  [/(?<!\d)\d{12}(?!\d)/g, '<account>'],
  [new RegExp(String.raw`(?<![\w.>])(?:file://)?(?:/(?:${ROOTS})/|[A-Za-z]:\\|~/)${REST}`, 'g'), '<path>'],
];

/** Replaces what must not be public. */
export function redact(text: string, { secrets, folders }: Private = { secrets: [], folders: [] }): string {
  const isGiven = (each: string) => each !== '' && each !== '/';
  const withoutSecrets = secrets.filter(isGiven).reduce((rest, secret) => rest.replaceAll(secret, '<key>'), text);
  const withoutFolders = folders
    .filter(isGiven)
    .reduce(
      (rest, folder) => rest.replace(new RegExp(`(?:file://)?${escaped(folder)}${REST}`, 'g'), '<path>'),
      withoutSecrets,
    );
  return RULES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), withoutFolders);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
