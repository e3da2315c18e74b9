/** What is asked about a picture; absent options are the endpoint's to choose. */
export interface Question {
  readonly endpoint: string;
  readonly kind: 'count' | 'predict';
  readonly alias: 'live' | 'candidate';
  readonly options: Readonly<Record<string, string>>;
}

/** Path of a question, with its options as query. */
export function pathOf({ endpoint, alias, options }: Question): string {
  const query = new URLSearchParams(options).toString();
  return `${alias === 'candidate' ? '/candidate' : ''}/${endpoint}${query && `?${query}`}`;
}
