/** A request for a prediction, apart from its picture. The endpoint chooses the options that are absent. */
export interface PredictionRequest {
  readonly endpoint: string;
  readonly kind: 'count' | 'predict';
  readonly alias: 'live' | 'candidate';
  readonly options: Readonly<Record<string, string>>;
}

/** Path of a request, with its options as query. */
export function pathOf({ endpoint, alias, options }: PredictionRequest): string {
  const query = new URLSearchParams(options).toString();
  return `${alias === 'candidate' ? '/candidate' : ''}/${endpoint}${query && `?${query}`}`;
}
