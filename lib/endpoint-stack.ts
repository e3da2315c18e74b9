/** One endpoint, from its function to its alarms: wires constructs, defines no resource but outputs. */

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ALIAS } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { EndpointAlarms } from './alarms.ts';
import { Routes } from './api.ts';
import { Batch } from './batch.ts';
import { BatchEvents } from './batch-events.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import { Detector } from './detector.ts';
import { DriftMonitor, type DriftProps } from './drift.ts';
import { DriftAlarms } from './drift-alarms.ts';
import { Intake } from './intake.ts';
import { LabelledSets } from './labelled-sets.ts';
import { Operators } from './operators.ts';
import type { PlatformStack } from './platform-stack.ts';
import { Rollout } from './rollout.ts';
import { Status } from './status.ts';
import type { UploadEvents } from './storage.ts';

/** Input of an endpoint's stack. */
export interface EndpointProps extends StackProps {
  readonly deployment: ResolvedDeployment;
  readonly endpoint: ResolvedEndpoint;
  readonly platform: PlatformStack;
  readonly target: Target;
  readonly uploadEvents: UploadEvents;
  /** Whether labels have proven the new version to be better than live. Default false. */
  readonly isChosen?: boolean;
}

/** Function, versions, aliases, routes, rollouts and their status, intake of uploads, alarms. */
export class EndpointStack extends Stack {
  constructor(scope: Construct, id: string, props: EndpointProps) {
    const { deployment, endpoint, platform, target, uploadEvents, isChosen = false, ...stack } = props;
    super(scope, id, stack);
    const { bucket, uploads, api, topic } = platform;
    const { batch, settings } = endpoint;
    const { name } = settings;
    const detector = new Detector(this, 'Detector', { deployment, endpoint, target, bucket });
    const live = new Routes(this, 'LiveRoutes', { api, handler: detector.live as IFunction });
    live.guarded(HttpMethod.POST, `/${name}`);
    live.guarded(HttpMethod.GET, `/${name}/predictions/{id}`);
    live.forOperators(HttpMethod.PUT, `/${name}/predictions/{id}/decision`);
    live.forOperators(HttpMethod.PUT, `/${name}/predictions/{id}/preference`);
    live.guarded(HttpMethod.POST, `/${name}/uploads`);
    const candidate = new Routes(this, 'CandidateRoutes', { api, handler: detector.candidate as IFunction });
    candidate.guarded(HttpMethod.POST, `/${ALIAS.candidate}/${name}`);
    const rollout = new Rollout(this, 'Rollout', { deployment, endpoint, target, bucket, detector, isChosen });
    if (endpoint.labelledFolders.length > 0) {
      rollout.node.addDependency(new LabelledSets(this, 'LabelledSets', { deployment, endpoint, target, bucket }));
    }
    if (batch) {
      const { machine } = new Batch(this, 'Batch', { deployment, endpoint, bucket, detector, batch });
      const queue = platform.events?.queue;
      if (queue) new BatchEvents(this, 'BatchEvents', { endpoint: name, machine, queue });
    }
    const status = new Status(this, 'Status', { deployment, endpoint, target, bucket, api, detector, rollout });
    new Operators(this, 'Operators', { deployment, endpoint, bucket, api, detector, rollout, status });
    const intake = new Intake(this, 'Intake', { endpoint, bucket, uploads, uploadEvents, live: detector.live });
    const observed = { deployment: deployment.name, endpoint, detector, intake, rollout };
    new EndpointAlarms(this, 'Alarms', { ...observed, ...(topic && { topic }) });
    if (settings.drift) this.addDrift({ deployment, endpoint, target, bucket, detector }, topic);
    new CfnOutput(this, 'FunctionName', { value: detector.function.functionName, description: `Answers /${name}` });
    new CfnOutput(this, 'Machine', {
      value: rollout.machine.stateMachineArn,
      description: 'Its executions are rollouts',
    });
    new CfnOutput(this, 'RolloutFunction', {
      value: rollout.function.functionName,
      description: 'Starts rollouts and runs their ticks',
    });
  }

  private addDrift(props: DriftProps, topic: ITopic | undefined): void {
    const monitor = new DriftMonitor(this, 'DriftMonitor', props);
    new DriftAlarms(this, 'DriftAlarms', { ...props, monitor, ...(topic && { topic }) });
  }
}
