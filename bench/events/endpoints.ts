import { countEndpoint, type Deployment } from '../../lib/config.ts';
import { RECEIVER_PORT } from './receiver-port.ts';

/** One endpoint, whose results go to a receiver on this machine. */
export const deployment: Deployment = {
  name: 'bench-events',
  alarmEmail: 'on-call@example.com',
  events: {
    webhooks: [{ name: 'receiver', url: `http://127.0.0.1:${RECEIVER_PORT}/events`, types: ['result.stored'] }],
    notices: ['alarms'],
  },
  endpoints: [countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] })],
};
