import { startedRollouts } from '../../../local/cli/started-rollouts.ts';
import type { Change } from '../../../local/cloudformation/deployment.ts';

/** The custom resource of an endpoint, as a deployment changed it. */
const change = (Endpoint: string, Outcome: string): Change => ({
  what: 'updated',
  stack: 'Cars',
  logicalId: 'RolloutStart',
  type: 'Custom::Rollout',
  ref: 'RolloutStart',
  properties: { Endpoint, Version: '2' },
  attributes: { Outcome },
});

test('a deployment ends with the command that follows each rollout that it has started', () => {
  const changes = [
    change('count-cars', 'rollout started'),
    change('count-apples', 'first version'),
    change('count-plants', 'live already'),
    { ...change('predict', 'rollout started'), type: 'AWS::Lambda::Version' },
  ];
  expect(startedRollouts(changes)).toEqual([
    'Rollout of version 2 started: follow it with npm run rollout -- watch count-cars --local',
  ]);
});
