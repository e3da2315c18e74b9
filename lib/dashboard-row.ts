import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type GraphWidgetProps } from 'aws-cdk-lib/aws-cloudwatch';

/** Period of the dashboard's metrics. */
export const PERIOD = Duration.minutes(5);

/** Width of CloudWatch's dashboard grid. */
const COLUMNS = 24;
const HEIGHT = 6;

/** Graphs of equal width that fill one row. */
export function row(graphs: readonly GraphWidgetProps[]): GraphWidget[] {
  const width = Math.floor(COLUMNS / graphs.length);
  return graphs.map((graph) => new GraphWidget({ width, height: HEIGHT, ...graph }));
}
