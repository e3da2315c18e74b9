import { emulatorOptions } from '../../../local/cli/emulator-options.ts';
import { followOnAws, startedRollouts } from '../../../local/cli/started-rollouts.ts';
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
  expect(startedRollouts(changes, emulatorOptions({}))).toEqual([
    'Rollout of version 2 started: follow it with npm run rollout -- watch count-cars --local',
  ]);
});

test('the command has the folder and the port of the emulator that were given', () => {
  const options = emulatorOptions({ home: "/it's here", port: '9000' });
  expect(startedRollouts([change('count-cars', 'rollout started')], options)).toEqual([
    'Rollout of version 2 started: follow it with npm run rollout -- watch count-cars --local ' +
      "--home '/it'\\''s here' --port 9000",
  ]);
});

test('after a deployment to AWS, the command has the profile of the deployment', () => {
  const follow = 'npm run rollout -- watch <endpoint>';
  const started = 'Each new version starts a rollout: follow it with';
  expect(followOnAws(['--require-approval', 'never'])).toBe(`${started} ${follow}`);
  expect(followOnAws(['--profile', 'test'])).toBe(`${started} AWS_PROFILE=test ${follow}`);
  expect(followOnAws(['--profile=my test'])).toBe(`${started} AWS_PROFILE='my test' ${follow}`);
});
