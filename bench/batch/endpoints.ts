/** One endpoint that runs batch jobs. */

import { blueGreen, countEndpoint, type Deployment, none } from '../../lib/config.ts';

export const deployment: Deployment = {
  name: 'batch-bench',
  api: { auth: none() },
  endpoints: [
    countEndpoint({
      name: 'cars',
      model: 'counter-nano',
      labels: ['car'],
      memoryMb: 1024,
      rollout: [blueGreen({ bake: '1m', gates: { latency: false } })],
      batch: { concurrency: 64 },
    }),
  ],
};
