/** How an event is sent to each kind of destination. */

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { CLOUD_EVENT_TYPE } from '../api/event-schemas.ts';
import type { Destination } from '../events-contract.ts';
import type { DeliveredEvent, Delivery } from './deliver.ts';
import { type Answer, type PostLimits, post } from './post.ts';
import type { Secrets } from './secrets.ts';
import { signatureHeaders } from './signature.ts';

/** What sending needs. */
export interface SendContext extends PostLimits {
  readonly secrets: Pick<Secrets, 'get'>;
  readonly topics: Pick<SNSClient, 'send'>;
  readonly now: () => Date;
}

const SENDERS: Record<Destination['kind'], (delivery: Delivery, context: SendContext) => Promise<Answer>> = {
  webhook: async ({ destination, event, body }, context) => {
    const secrets = await context.secrets.get(destination.parameter ?? '');
    const headers = signatureHeaders({ id: event.id, at: context.now(), body }, secrets);
    const all = { ...HEADERS, ...headers, 'content-type': `${CLOUD_EVENT_TYPE}; charset=utf-8` };
    return post({ address: destination.address ?? '', headers: all, body }, context);
  },
  slack: async (delivery, context) => message(delivery, context, { text: escaped(noticeOf(delivery.event).text) }),
  teams: async (delivery, context) => message(delivery, context, card(noticeOf(delivery.event))),
  topic: async ({ destination, event }, { topics }) => {
    const { title, text } = noticeOf(event);
    const TopicArn = destination.address ?? '';
    await topics.send(new PublishCommand({ TopicArn, Subject: subject(title), Message: text }));
    return { status: 200 };
  },
};

/** Sends an event once. @throws AddressError, SecretError; errors of the connection, Systems Manager, SNS */
export function send(delivery: Delivery, context: SendContext): Promise<Answer> {
  return SENDERS[delivery.destination.kind](delivery, context);
}

const HEADERS = { 'user-agent': 'ml-deployment' } as const;

async function message({ destination }: Delivery, context: SendContext, content: object): Promise<Answer> {
  const address = (await context.secrets.get(destination.parameter ?? '')).trim();
  const headers = { ...HEADERS, 'content-type': 'application/json; charset=utf-8' };
  return post({ address, headers, body: JSON.stringify(content) }, context);
}

interface Notice {
  readonly title: string;
  readonly text: string;
}

function noticeOf({ type, data }: DeliveredEvent): Notice {
  const { title, text } = data;
  if (typeof title === 'string' && typeof text === 'string') return { title, text };
  throw new Error(`Expected an event with title and text, received ${type}`);
}

/** @see https://docs.slack.dev/messaging/formatting-message-text */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @see https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
function card({ title, text }: Notice): object {
  const block = (words: string, more: object = {}) => ({ type: 'TextBlock', text: words, wrap: true, ...more });
  const [, ...lines] = text.split('\n');
  const body = [block(title, { weight: 'Bolder' }), ...lines.map((line) => block(line))];
  const content = { type: 'AdaptiveCard', version: '1.4', body };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

/** SNS allows 100 characters of ASCII. */
function subject(title: string): string {
  return title.replace(/[^\x20-\x7e]/g, '?').slice(0, 99);
}
