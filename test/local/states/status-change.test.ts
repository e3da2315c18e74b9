/** Step Functions announces starts, ends and redrives of executions. */

import { Clock } from '../../../local/clock.ts';
import type { Report } from '../../../local/lambda/outcome.ts';
import { machinesOf } from './state-machines.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:cars';
const TASK = 'arn:aws:lambda:us-east-1:000000000000:function:tick';
const DEFINITION = JSON.stringify({ StartAt: 'Task', States: { Task: { Type: 'Task', Resource: TASK, End: true } } });

test('the default bus receives each change of the status, with the input', async () => {
  const answers: (() => void)[] = [];
  const answer = { failed: false, payload: '{}' } as Report;
  const invoke = () => new Promise<Report>((resolve) => answers.push(() => resolve(answer)));
  const events: { detail: object }[] = [];
  const put = async (event: object) => void events.push(event as { detail: object });
  const machines = machinesOf({ lambda: { invoke }, clock: new Clock(1), bus: { put } });
  machines.define(MACHINE, DEFINITION);
  const { arn } = machines.start(MACHINE, '{"job":"night"}', 'night');
  machines.start(MACHINE, '{"job":"night"}', 'night');
  machines.stop(arn);
  machines.redrive(arn);
  machines.close();
  await new Promise(setImmediate);
  // A task that goes on would keep this process alive.
  for (const end of answers) end();
  expect(events[0]).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [arn],
    detail: { executionArn: arn, stateMachineArn: MACHINE, name: 'night', input: '{"job":"night"}', stopDate: null },
  });
  expect(events.map(({ detail }) => detail)).toMatchObject([
    { status: 'RUNNING', redriveCount: 0 },
    { status: 'ABORTED', redriveCount: 0, stopDate: expect.any(Number) },
    { status: 'RUNNING', redriveCount: 1 },
  ]);
});
