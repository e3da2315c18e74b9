/** The endpoints of this deployment. `config.ts` explains every option. */

import { countEndpoint, type Deployment, iam, predictEndpoint } from './config.ts';

export const deployment: Deployment = {
  name: 'ml-deployment',
  api: { auth: iam() },
  endpoints: [
    countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] }),
    countEndpoint({ name: 'count-apples', model: 'counter-nano', labels: ['apple'] }),
    countEndpoint({ name: 'count-plants', model: 'counter-nano', labels: ['potted plant'] }),
    predictEndpoint({ name: 'predict', models: ['counter-nano'] }),
  ],
};
