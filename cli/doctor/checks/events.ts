/** Whether the receivers of events have secrets. */

import { GetParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm';
import { secretParameter } from '../../../functions/events-contract.ts';
import type { ResolvedDeployment } from '../../../lib/check-config.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import { failed, ok, type Result } from '../result.ts';

/** Receivers that need a secret: webhooks, Slack and Teams. */
export function receiversWithSecret({ events }: Pick<ResolvedDeployment, 'events'>): string[] {
  if (!events) return [];
  return [...events.webhooks.map(({ name }) => name), ...events.notices.filter((to) => to !== 'alarms')];
}

/** Without decryption, because only the existence of a secret is of interest. */
export async function checkEvents(context: Pick<DoctorContext, 'clients' | 'deployment' | 'isLocal'>): Promise<Result> {
  const { clients, deployment } = context;
  const names = receiversWithSecret(deployment);
  const exist = await Promise.all(
    names.map(async (name) => {
      const Name = secretParameter(deployment.name, name);
      return clients.ssm.send(new GetParameterCommand({ Name })).then(() => true, missingIsFalse);
    }),
  );
  const missing = names.filter((_, index) => !exist[index]);
  const [first] = missing;
  if (first === undefined) return ok(`secrets are stored for ${names.join(', ')}`);
  const words = `no secret is stored for ${missing.join(', ')}: events wait a day for it, and become dead letters`;
  return failed(words, npmCommand(context, 'events', `secret ${first}`));
}

function missingIsFalse(error: unknown): false {
  if (error instanceof ParameterNotFound) return false;
  throw error;
}
