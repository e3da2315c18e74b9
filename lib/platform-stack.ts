/** What all endpoints share. Wires constructs in order; makes nothing itself. */

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmTopic, PlatformAlarms } from './alarms.ts';
import { Api } from './api.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { dashboard } from './dashboard.ts';
import { Docs } from './docs.ts';
import { Storage } from './storage.ts';

/** What the platform is made from. */
export interface PlatformProps extends StackProps {
  readonly deployment: ResolvedDeployment;
  readonly architecture: Architecture;
}

/** Bucket, HTTP API, docs function, dashboard. */
export class PlatformStack extends Stack {
  readonly bucket: Bucket;
  readonly api: Api;
  readonly topic?: ITopic;

  constructor(scope: Construct, id: string, { deployment, architecture, ...props }: PlatformProps) {
    super(scope, id, props);
    this.bucket = new Storage(this, 'Storage', deployment).bucket;
    this.api = new Api(this, 'Api', deployment);
    new Docs(this, 'Docs', { deployment, architecture, api: this.api, bucket: this.bucket });
    if (deployment.alarmEmail) this.topic = alarmTopic(this, 'AlarmTopic', deployment.alarmEmail);
    new PlatformAlarms(this, 'Alarms', { api: this.api.http, ...(this.topic ? { topic: this.topic } : {}) });
    dashboard(this, 'Dashboard', { deployment, api: this.api.http });
    new CfnOutput(this, 'ApiUrl', { value: this.api.http.apiEndpoint, description: 'Address of the HTTP API' });
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName, description: 'Put uploads here' });
  }
}
