import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { checkEvents, receiversWithSecret } from '../../../cli/doctor/checks/events.ts';
import type { DoctorContext } from '../../../cli/doctor/context.ts';
import { ssmApi } from '../../../local/cloudformation/account-api.ts';
import { inProcess } from '../../local/fixtures/in-process.ts';

test('receivers without a secret are named, with the command that makes one', async () => {
  const ssm = new SSMClient(inProcess(ssmApi()));
  const events = {
    batchPictures: false,
    webhooks: [{ name: 'orders', url: 'https://a.example' }],
    notices: ['alarms', 'slack'],
  };
  const context = {
    clients: { ssm },
    deployment: { name: 'small', events },
    isLocal: true,
  } as unknown as DoctorContext;
  const put = (name: string) =>
    ssm.send(new PutParameterCommand({ Name: `/small/events/${name}`, Value: 'x', Type: 'SecureString' }));
  expect(receiversWithSecret(context.deployment)).toEqual(['orders', 'slack']);
  await put('slack');
  expect(await checkEvents(context)).toEqual({
    outcome: 'failed',
    words: 'no secret is stored for orders: events wait a day for it, and become dead letters',
    remedy: 'npm run events -- secret orders --local',
  });
  await put('orders');
  expect(await checkEvents(context)).toEqual({ outcome: 'ok', words: 'secrets are stored for orders, slack' });
});
