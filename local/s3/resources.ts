/** Buckets in templates. */

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
import type { Properties, ResourceType } from '../cloudformation/resource-type.ts';
import type { CorsRule } from '../protocol/cors.ts';
import type { Objects } from './objects.ts';

const BUCKET: PropertyRules = {
  BucketName: emulated,
  VersioningConfiguration: nested({ Status: only('Enabled') }),
  NotificationConfiguration: nested({ EventBridgeConfiguration: nested({ EventBridgeEnabled: emulated }) }),
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
  LifecycleConfiguration: ignored('Objects live as long as the emulator.'),
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

/** Buckets with versions, CORS and events to EventBridge. */
export function s3Resources(objects: Objects): Record<string, ResourceType> {
  const names = new GeneratedNames(63);
  const bucket: ResourceType = {
    properties: BUCKET,
    apply: async (properties, context) => {
      const name = String(properties.BucketName ?? names.of(context).toLowerCase());
      const { CorsRules = [] } = (properties.CorsConfiguration ?? {}) as { CorsRules?: CorsRuleProperties[] };
      const versioned = (properties.VersioningConfiguration as { Status?: string } | undefined)?.Status === 'Enabled';
      await objects.define(name, { versioned, notifies: notifies(properties), cors: CorsRules.map(corsRule) });
      const domain = `${name}.s3.amazonaws.com`;
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: domain } };
    },
  };
  return { 'AWS::S3::Bucket': bucket };
}

function notifies({ NotificationConfiguration = {} }: Properties): boolean {
  const { EventBridgeConfiguration } = NotificationConfiguration as {
    EventBridgeConfiguration?: { EventBridgeEnabled?: boolean | string };
  };
  return EventBridgeConfiguration !== undefined && String(EventBridgeConfiguration.EventBridgeEnabled) !== 'false';
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
