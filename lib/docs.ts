/** The function for the pages, the OpenAPI document, the health check and the list of models. */

import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ENV, type PlatformSettings } from '../functions/contract.ts';
import type { Target } from '../layers/runtime/build.ts';
import { type Api, operatorAuth, Routes } from './api.ts';
import { docsCode } from './bundle.ts';
import type { ResolvedDeployment, ResolvedEndpoint } from './check-config.ts';
import { ServiceFunction } from './service-function.ts';

/** Input of the docs function. */
export interface DocsProps {
  readonly deployment: ResolvedDeployment;
  readonly target: Target;
  readonly api: Api;
  readonly bucket: Bucket;
}

/** The docs function and its routes. */
export class Docs extends Construct {
  constructor(scope: Construct, id: string, { deployment, target, api, bucket }: DocsProps) {
    super(scope, id);
    const handler = new ServiceFunction(this, 'Function', {
      description: `Documentation of ${deployment.name}`,
      code: docsCode({ [ENV.platform]: JSON.stringify(platformSettings(deployment)) }),
      target,
      memoryMb: 256,
      timeout: Duration.seconds(10),
      deployment,
      service: 'docs',
      bucket,
    });
    const routes = new Routes(this, 'Routes', { api, handler });
    for (const method of [HttpMethod.GET, HttpMethod.HEAD]) {
      for (const [path, reason] of OPEN) routes.open(method, path, reason);
      if (deployment.endpoints.some(({ review }) => review)) routes.open(method, ...REVIEW);
      routes.guarded(method, '/models');
    }
  }
}

/** Only where an endpoint has the setting `review`. */
const REVIEW = [
  '/status/{endpoint}/review',
  'The page has no data; it requests them with the credentials of its reader.',
] as const;

/** Routes without authorization, and why. Probes and link checkers send HEAD. */
const OPEN: readonly (readonly [path: string, reason: string])[] = [
  ['/', 'It links to the documentation and shows no data.'],
  ['/docs', 'Readers of the documentation have no credentials yet.'],
  ['/docs/{proxy+}', 'Script, styles and samples of that page.'],
  ['/status', 'The page has no data; it requests them with the credentials of its reader.'],
  ['/status/{endpoint}/report', 'The page has no data; it requests them with the credentials of its reader.'],
  ['/status/{endpoint}/judge', 'The page has no data; it requests them with the credentials of its reader.'],
  ['/openapi.json', 'Readers of the documentation have no credentials yet.'],
  ['/health', 'Probes of load balancers and monitors carry no credentials.'],
];

function platformSettings({ name, api, endpoints, events }: ResolvedDeployment): PlatformSettings {
  return {
    name,
    ...(events && { events: true as const }),
    auth: api.auth.type,
    operatorAuth: operatorAuth(api.auth),
    endpoints: endpoints.map(endpointSettings),
  };
}

function endpointSettings({
  settings,
  models: modelSummaries,
  review,
}: ResolvedEndpoint): PlatformSettings['endpoints'][number] {
  const { name, kind, models, labels, confidence, drift } = settings;
  return {
    name,
    kind,
    models,
    ...(labels ? { labels } : {}),
    ...(confidence === undefined ? {} : { confidence }),
    ...(drift && { drift }),
    modelSummaries,
    ...(review && { review }),
  };
}
