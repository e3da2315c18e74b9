/** The deployment of `npm run pictures`: margins are wide, so that a minute of requests proves them. */

import { canary, countEndpoint, type Deployment, none, shadow } from '../../lib/config.ts';

const risk = { rollback: 0.05, promote: 0.1 };

export const deployment: Deployment = {
  name: 'ml-deployment',
  api: { auth: none(), throttle: { rate: 10_000, burst: 5000 } },
  endpoints: [
    countEndpoint({
      name: 'count-cars',
      model: 'counter-nano',
      labels: ['car'],
      rollout: [
        shadow({
          pictures: 40,
          maxPictures: 200,
          repeats: 'count',
          gates: {
            agreement: { margin: 0.6 },
            countError: { margin: 0.6 },
            errorRate: { margin: 0.3 },
            latency: false,
            risk,
          },
        }),
        canary({
          percent: 10,
          duration: '30m',
          gates: { errorRate: { margin: 0.1 }, latency: false, minRequests: 10, risk },
        }),
        canary({
          percent: 50,
          duration: '30m',
          gates: { errorRate: { margin: 0.1 }, latency: false, minRequests: 10, risk },
        }),
      ],
    }),
  ],
};
