/** The shipped endpoints, with a drift monitor where one is possible. */

import type { Deployment, Endpoint } from '../../lib/config.ts';
import { deployment as shipped } from '../../lib/endpoints.ts';

const endpoints = shipped.endpoints.map((endpoint): Endpoint => ({ ...endpoint, drift: true }));

export const deployment: Deployment = { ...shipped, endpoints: endpoints as unknown as Deployment['endpoints'] };
