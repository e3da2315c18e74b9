/** The deployment under test: each kind of endpoint once, and throttling limits that are never reached. */

import { countEndpoint, type Deployment, none, predictEndpoint } from '../../lib/config.ts';

export const deployment: Deployment = {
  name: 'fuzzed',
  api: { auth: none(), throttle: { rate: 10_000, burst: 5000 } },
  endpoints: [
    countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] }),
    countEndpoint({ name: 'by-hand', model: 'counter-nano', labels: ['car'], answeredBy: 'human' }),
    predictEndpoint({ name: 'predict', models: ['counter-nano'] }),
  ],
};
