/** The environment has of each destination only what differs. */

import { readDestinations } from '../../functions/webhooks/destinations.ts';

const ENVIRONMENT = {
  DEPLOYMENT: 'small',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/small-Orders',
  DESTINATIONS: JSON.stringify([
    ['small-Orders', 'small-OrdersDead', 'webhook', 'orders', 'https://orders.example.com/events'],
    ['small-Slack', 'small-SlackDead', 'slack', 'slack'],
    ['small-Mail', 'small-MailDead', 'topic', 'alarms', 'arn:aws:sns:eu-central-1:123456789012:alarms'],
  ]),
};
const BASE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';

test('each destination has the addresses of its queues, and its secret', () => {
  expect([...readDestinations(ENVIRONMENT)]).toEqual([
    [
      'small-Orders',
      {
        name: 'orders',
        kind: 'webhook',
        address: 'https://orders.example.com/events',
        parameter: '/small/events/orders',
        queue: `${BASE}small-Orders`,
        deadLetters: `${BASE}small-OrdersDead`,
      },
    ],
    [
      'small-Slack',
      {
        name: 'slack',
        kind: 'slack',
        parameter: '/small/events/slack',
        queue: `${BASE}small-Slack`,
        deadLetters: `${BASE}small-SlackDead`,
      },
    ],
    [
      'small-Mail',
      {
        name: 'alarms',
        kind: 'topic',
        address: 'arn:aws:sns:eu-central-1:123456789012:alarms',
        queue: `${BASE}small-Mail`,
        deadLetters: `${BASE}small-MailDead`,
      },
    ],
  ]);
});

test.each(['DEPLOYMENT', 'QUEUE_URL', 'DESTINATIONS'])('%s is required', (name) => {
  expect(() => readDestinations({ ...ENVIRONMENT, [name]: undefined })).toThrow(
    `Expected a value for the environment variable ${name}, received nothing`,
  );
});
