/** Buckets in templates. */

import { isDeepStrictEqual } from 'node:util';
import { GeneratedNames } from '../cloudformation/generated-names.ts';
import {
  DESCRIPTION,
  ENCRYPTION,
  emulated,
  ignored,
  nested,
  only,
  PERMISSIONS,
  type PropertyRules,
  TAGS,
} from '../cloudformation/property-rules.ts';
import { addressOf, type Properties, type ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { CorsRule } from '../protocol/cors.ts';
import type { Table } from '../storage/database.ts';
import { type AnnouncedObjects, type Announcements, EVENTS, type Receivers } from './announcements.ts';
import type { LifecycleRule } from './lifecycle.ts';
import type { Objects } from './objects.ts';

const ANNOUNCED: PropertyRules = {
  Event: only(...EVENTS),
  Filter: nested({ S3Key: nested({ Rules: nested({ Name: only('prefix', 'suffix'), Value: emulated }) }) }),
};

const BUCKET: PropertyRules = {
  BucketName: emulated,
  VersioningConfiguration: nested({ Status: only('Enabled') }),
  NotificationConfiguration: nested({
    EventBridgeConfiguration: nested({ EventBridgeEnabled: emulated }),
    TopicConfigurations: nested({ Topic: emulated, ...ANNOUNCED }),
    QueueConfigurations: nested({ Queue: emulated, ...ANNOUNCED }),
  }),
  CorsConfiguration: nested({
    CorsRules: nested({
      Id: DESCRIPTION,
      AllowedOrigins: emulated,
      AllowedMethods: emulated,
      AllowedHeaders: emulated,
      ExposedHeaders: emulated,
      MaxAge: emulated,
    }),
  }),
  BucketEncryption: ENCRYPTION,
  LifecycleConfiguration: nested({
    Rules: nested({
      Id: DESCRIPTION,
      Status: only('Enabled'),
      Prefix: emulated,
      ExpirationInDays: emulated,
      NoncurrentVersionExpiration: nested({ NoncurrentDays: emulated }),
      ExpiredObjectDeleteMarker: emulated,
      AbortIncompleteMultipartUpload: ignored('Uploads in parts end with the emulator.'),
    }),
  }),
  LoggingConfiguration: ignored('The emulator writes no access logs.'),
  OwnershipControls: PERMISSIONS,
  PublicAccessBlockConfiguration: PERMISSIONS,
  Tags: TAGS,
};

interface CorsRuleProperties {
  readonly AllowedOrigins?: string[];
  readonly AllowedMethods?: string[];
  readonly AllowedHeaders?: string[];
  readonly ExposedHeaders?: string[];
  readonly MaxAge?: number;
}

/** Buckets with versions, CORS and events. @param table where their names are counted */
export function s3Resources(
  objects: Objects,
  announcements: Announcements,
  table?: Table<number>,
): Record<string, ResourceType> {
  const names = new GeneratedNames(63, table);
  const bucket: ResourceType = {
    properties: BUCKET,
    apply: async (properties, context) => {
      const name = String(properties.BucketName ?? names.of(context).toLowerCase());
      const { CorsRules = [] } = (properties.CorsConfiguration ?? {}) as { CorsRules?: CorsRuleProperties[] };
      const versioned = (properties.VersioningConfiguration as { Status?: string } | undefined)?.Status === 'Enabled';
      const receivers = receiversOf(properties, addressOf(context));
      if (receivers) announcements.check(name, receivers);
      await objects.define(name, {
        versioned,
        cors: CorsRules.map(corsRule),
        lifecycle: lifecycleOf(properties),
        ...(receivers ? { receivers } : {}),
      });
      const before = receiversOf(context.previous?.properties ?? {}, addressOf(context));
      if (receivers && !isDeepStrictEqual(receivers, before)) announcements.announceTest(name, receivers);
      const domain = `${name}.s3.amazonaws.com`;
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: domain } };
    },
  };
  return { 'AWS::S3::Bucket': bucket };
}

interface LifecycleProperties {
  readonly Rules?: readonly {
    readonly Prefix?: string;
    readonly ExpirationInDays?: number;
    readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
    readonly ExpiredObjectDeleteMarker?: boolean;
  }[];
}

function lifecycleOf({ LifecycleConfiguration = {} }: Properties): LifecycleRule[] {
  const { Rules = [] } = LifecycleConfiguration as LifecycleProperties;
  return Rules.map(({ Prefix, ExpirationInDays, NoncurrentVersionExpiration, ExpiredObjectDeleteMarker }) => ({
    prefix: Prefix ?? '',
    ...(ExpirationInDays !== undefined && { days: Number(ExpirationInDays) }),
    ...(NoncurrentVersionExpiration && { noncurrentDays: Number(NoncurrentVersionExpiration.NoncurrentDays) }),
    ...(ExpiredObjectDeleteMarker !== undefined && { removesMarkers: String(ExpiredObjectDeleteMarker) === 'true' }),
  }));
}

interface NotificationProperties {
  readonly EventBridgeConfiguration?: { readonly EventBridgeEnabled?: boolean | string };
  readonly TopicConfigurations?: readonly ({ readonly Topic: string } & AnnouncedProperties)[];
  readonly QueueConfigurations?: readonly ({ readonly Queue: string } & AnnouncedProperties)[];
}

interface AnnouncedProperties {
  readonly Event: string;
  readonly Filter?: {
    readonly S3Key?: { readonly Rules?: readonly { readonly Name: string; readonly Value: string }[] };
  };
}

/** Undefined where nothing receives the bucket's events. @throws UnsupportedError for several topics */
function receiversOf({ NotificationConfiguration = {} }: Properties, where: string): Receivers | undefined {
  const {
    EventBridgeConfiguration,
    TopicConfigurations = [],
    QueueConfigurations = [],
  } = NotificationConfiguration as NotificationProperties;
  const [topic, ...more] = TopicConfigurations;
  if (more.length > 0) throw new UnsupportedError('A bucket with several TopicConfigurations', where);
  const eventBridge =
    EventBridgeConfiguration !== undefined && String(EventBridgeConfiguration.EventBridgeEnabled) !== 'false';
  const queues = QueueConfigurations.map((each) => ({ queueArn: each.Queue, ...announcedOf(each) }));
  if (!topic && queues.length === 0) return eventBridge ? { eventBridge } : undefined;
  return {
    eventBridge,
    ...(topic && { topic: { topicArn: topic.Topic, ...announcedOf(topic) } }),
    ...(queues.length > 0 && { queues }),
  };
}

function announcedOf({ Event: event, Filter }: AnnouncedProperties): AnnouncedObjects {
  const ruleOf = (name: string) => Filter?.S3Key?.Rules?.find(({ Name }) => Name === name)?.Value ?? '';
  return { event, prefix: ruleOf('prefix'), suffix: ruleOf('suffix') };
}

function corsRule(cors: CorsRuleProperties): CorsRule {
  return {
    origins: cors.AllowedOrigins ?? [],
    methods: cors.AllowedMethods ?? [],
    headers: cors.AllowedHeaders ?? [],
    exposed: cors.ExposedHeaders ?? [],
    maxAgeSeconds: cors.MaxAge,
  };
}
