/** Alarms of the drift monitor of an endpoint. */

import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { DIMENSION, metricNamespace } from '../functions/contract.ts';
import { DRIFT_METRIC } from '../functions/drift-contract.ts';
import { Alarms } from './alarms.ts';
import type { DriftMonitor, DriftProps } from './drift.ts';

/** The parts that the alarms observe. */
export interface DriftAlarmsProps extends Pick<DriftProps, 'deployment' | 'endpoint' | 'detector'> {
  readonly monitor: DriftMonitor;
  /** Without it alarms show in the console only. */
  readonly topic?: ITopic;
}

/** Longer than from one look to the next, so that the alarm does not end between two looks. */
const PERIOD = Duration.hours(2);
/** Three looks of six: a look that fails is repeated by the next one, which reads all hours since. */
const AGAIN_AND_AGAIN = { atLeast: 3, of: 6 } as const;

export class DriftAlarms extends Alarms {
  constructor(scope: Construct, id: string, { deployment, detector, monitor, topic, ...props }: DriftAlarmsProps) {
    const { name: endpoint } = props.endpoint.settings;
    const drift = new Metric({
      namespace: metricNamespace(deployment.name),
      metricName: DRIFT_METRIC,
      dimensionsMap: { [DIMENSION.endpoint]: endpoint, [DIMENSION.function]: detector.function.functionName },
      period: PERIOD,
      statistic: 'Maximum',
    });
    const rules = {
      Drift: {
        metric: drift,
        threshold: 1,
        description:
          `${endpoint}: the pictures or the answers differ from those of the reference period. ` +
          `What has changed, and since when: npm run drift -- ${endpoint}.`,
      },
      DriftErrors: {
        metric: monitor.function.metricErrors({ period: Duration.hours(1) }),
        threshold: 1,
        periods: AGAIN_AND_AGAIN,
        description:
          `${endpoint}: the drift monitor fails again and again, so that no drift is found. Nothing is lost while ` +
          'captured pictures stay. Find the cause in the log of its function.',
      },
    };
    super(scope, id, rules, topic);
  }
}
