/** All optional parts together: each has its own tests, and none may spoil another one. */

import { countEndpoint, type Deployment } from '../../lib/config.ts';
import { CARS, synthesize } from './synthesis.ts';

const ALL: Deployment = {
  name: 'small',
  alarmEmail: 'on-call@example.com',
  tables: true,
  events: {
    batchPictures: true,
    webhooks: [{ name: 'orders', url: 'https://orders.example.com/events' }],
    notices: ['alarms', 'slack', 'teams'],
  },
  endpoints: [countEndpoint({ ...CARS, batch: {}, drift: true, review: true })],
};

test('the stacks with all settings have no finding of cdk-nag, and no policy that IAM refuses for its length', () => {
  const stacks = synthesize(ALL);
  expect(stacks.nag()).toEqual([]);
  const policies = stacks.stacks.flatMap((stack) =>
    stacks
      .resources(stack, 'AWS::IAM::ManagedPolicy')
      .map(({ id, Properties }) => ({ id, characters: JSON.stringify(Properties.PolicyDocument).length })),
  );
  expect(policies.length).toBeGreaterThanOrEqual(4);
  expect(policies.filter(({ characters }) => characters > 6144)).toEqual([]);
}, 120_000);
