/** The parts that all endpoints share: wires constructs, defines no resource but outputs. */

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { EVENT_OUTPUTS } from '../functions/events-contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { alarmTopic, PlatformAlarms } from './alarms.ts';
import { Api } from './api.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { dashboard } from './dashboard.ts';
import { Docs } from './docs.ts';
import { EventAlarms } from './event-alarms.ts';
import { EventOperators } from './event-operators.ts';
import { Events } from './events.ts';
import type { ResolvedEvents } from './events-settings.ts';
import { Storage, type UploadEvents } from './storage.ts';
import { Tables } from './tables.ts';
import { TablesAlarms } from './tables-alarms.ts';
import { Webhooks } from './webhooks.ts';

/** Input of the platform's stack. */
export interface PlatformProps extends StackProps {
  readonly deployment: ResolvedDeployment;
  readonly target: Target;
  readonly uploadEvents: UploadEvents;
  /** Whether receivers of events may be on this machine. */
  readonly isLaptop: boolean;
}

/** Bucket, HTTP API, docs function, dashboard. */
export class PlatformStack extends Stack {
  readonly bucket: Bucket;
  /** Announces uploads. */
  readonly uploads: ITopic;
  readonly api: Api;
  /** Mails alarms. */
  readonly topic?: ITopic;
  /** Absent: the deployment has no events. */
  readonly events?: Events;

  constructor(scope: Construct, id: string, { deployment, target, uploadEvents, isLaptop, ...props }: PlatformProps) {
    super(scope, id, props);
    this.api = new Api(this, 'Api', deployment);
    const apiOrigin = this.api.http.apiEndpoint;
    const { bucket, uploads } = new Storage(this, 'Storage', { deployment, apiOrigin, uploadEvents });
    this.bucket = bucket;
    this.uploads = uploads;
    new Docs(this, 'Docs', { deployment, target, api: this.api, bucket: this.bucket });
    if (deployment.alarmEmail) this.topic = alarmTopic(this, 'AlarmTopic', deployment.alarmEmail);
    new PlatformAlarms(this, 'Alarms', { api: this.api.http, ...(this.topic ? { topic: this.topic } : {}) });
    const { events } = deployment;
    if (deployment.tables) this.addTables({ deployment, target });
    if (events) this.events = this.addEvents(events, { deployment, target, isLaptop });
    dashboard(this, 'Dashboard', { deployment, target, api: this.api.http });
    new CfnOutput(this, 'ApiUrl', { value: this.api.http.apiEndpoint, description: 'Address of the HTTP API' });
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName, description: 'Put uploads here' });
  }

  private addTables({ deployment, target }: Pick<PlatformProps, 'deployment' | 'target'>): void {
    const tables = new Tables(this, 'Tables', { deployment, target, bucket: this.bucket });
    new TablesAlarms(this, 'TablesAlarms', { tables, ...(this.topic && { topic: this.topic }) });
  }

  private addEvents(
    settings: ResolvedEvents,
    { isLaptop, ...common }: Pick<PlatformProps, 'deployment' | 'target' | 'isLaptop'>,
  ): Events {
    const all = { ...common, bucket: this.bucket };
    const topic = this.topic ? { topic: this.topic } : {};
    const events = new Events(this, 'Events', { ...all, events: settings, api: this.api.http.apiEndpoint });
    const hasReceivers = settings.webhooks.length + settings.notices.length > 0;
    const webhooks = hasReceivers && new Webhooks(this, 'Webhooks', { ...all, settings, events, isLaptop, ...topic });
    new EventAlarms(this, 'EventAlarms', { events, ...(webhooks && { webhooks }), ...topic });
    const queues = new Map([['bus', events] as const, ...(webhooks ? webhooks.queues : [])]);
    new EventOperators(this, 'EventOperators', { deployment: common.deployment.name, bucket: this.bucket, queues });
    const urls = [...queues].map(([name, of]) => [
      name,
      { queue: of.queue.queueUrl, deadLetters: of.deadLetters.queueUrl },
    ]);
    const value = this.toJsonString(Object.fromEntries(urls));
    new CfnOutput(this, EVENT_OUTPUTS.queues, { value, description: 'Queues of events and their dead letters' });
    return events;
  }
}
