/** Buckets, as templates describe them. Encryption, policies and lifecycles mean nothing in memory. */

import type { Properties, ResourceType } from '../cloudformation/resource-type.ts';
import { physicalName } from '../cloudformation/resource-type.ts';
import type { Objects } from './objects.ts';

interface CorsRuleProperties {
  readonly AllowedOrigins?: string[];
  readonly AllowedMethods?: string[];
  readonly AllowedHeaders?: string[];
  readonly ExposedHeaders?: string[];
  readonly MaxAge?: number;
}

export function bucket(objects: Objects): ResourceType {
  return {
    apply: async (properties, context) => {
      const name = String(properties.BucketName ?? physicalName(context, 63).toLowerCase());
      const { CorsRules = [] } = (properties.CorsConfiguration ?? {}) as { CorsRules?: CorsRuleProperties[] };
      const status = (properties.VersioningConfiguration as { Status?: string } | undefined)?.Status;
      const notification = (properties.NotificationConfiguration ?? {}) as Properties;
      await objects.define(name, {
        versioned: status === 'Enabled',
        notifies: 'EventBridgeConfiguration' in notification,
        cors: CorsRules.map((cors) => ({
          origins: cors.AllowedOrigins ?? [],
          methods: cors.AllowedMethods ?? [],
          headers: cors.AllowedHeaders ?? [],
          exposed: cors.ExposedHeaders ?? [],
          maxAgeSeconds: cors.MaxAge,
        })),
      });
      const domain = `${name}.s3.amazonaws.com`;
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: domain } };
    },
  };
}
