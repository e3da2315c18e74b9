import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type GraphWidgetProps } from 'aws-cdk-lib/aws-cloudwatch';

/** Every point of the dashboard stands for so long. */
export const PERIOD = Duration.minutes(5);

/** CloudWatch's grid is so many columns wide. */
const COLUMNS = 24;
const HEIGHT = 6;

/** Graphs side by side, over the whole width. */
export function row(graphs: readonly GraphWidgetProps[]): GraphWidget[] {
  const width = Math.floor(COLUMNS / graphs.length);
  return graphs.map((graph) => new GraphWidget({ width, height: HEIGHT, ...graph }));
}
