/** Metrics that are recorded by the same sets of dimensions. */
export interface MetricSet {
  /** Names of the dimensions of each set. */
  readonly by: readonly (readonly string[])[];
  readonly metrics: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  readonly value: number;
}

/**
 * A log line from which CloudWatch takes metrics: Embedded Metric Format, one line for several sets. Written here,
 * because Powertools writes a line for each set and takes 0.5 ms of processor time for a request.
 * @param dimensions values by name, for all sets
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export function emfLine(
  namespace: string,
  sets: readonly MetricSet[],
  dimensions: Readonly<Record<string, string>>,
): string {
  const filled = sets.filter(({ metrics }) => metrics.length > 0);
  const used = new Set(filled.flatMap(({ by }) => by.flat()));
  const directives = filled.map(({ by, metrics }) => ({
    Namespace: namespace,
    Dimensions: by,
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  }));
  const values = filled.flatMap(({ metrics }) => metrics.map(({ name, value }) => [name, value] as const));
  return JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: directives },
    ...Object.fromEntries(Object.entries(dimensions).filter(([name]) => used.has(name))),
    ...Object.fromEntries(values),
  });
}
