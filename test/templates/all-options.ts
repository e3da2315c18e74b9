/** A deployment whose settings create every kind of resource that `lib/` knows. */

import { countEndpoint, type Deployment, jwt, predictEndpoint } from '../../lib/config.ts';

export const deployment: Deployment = {
  name: 'all-options',
  architecture: 'x86_64',
  api: {
    auth: jwt({ issuer: 'https://issuer.example.com', audience: ['pictures'], operatorScopes: ['rollouts/operate'] }),
    cors: { origins: ['https://app.example.com'] },
  },
  alarmEmail: 'oncall@example.com',
  tracing: true,
  tables: true,
  terminationProtection: false,
  endpoints: [
    countEndpoint({
      name: 'count-cars',
      model: 'counter-nano',
      labels: ['car'],
      answeredBy: 'human',
      reservedConcurrency: 20,
    }),
    predictEndpoint({ name: 'predict', models: ['counter-nano'], memoryMb: 3538, drift: true, review: true }),
  ],
};
