/**
 * SNS's API: Publish, to topics whose subscribers are e-mail addresses. The messages are shown instead of sent.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */

import { randomUUID } from 'node:crypto';
import { QueryError, queryService, textElement } from '../protocol/query-service.ts';
import type { Service } from '../protocol/service.ts';
import type { Topics } from './topics.ts';

/** Answers SNS's operations. @param onMail receives each message for each e-mail address */
export function snsApi(topics: Topics, onMail: (mail: string) => void): Service {
  const service = { service: 'SNS', namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' };
  const publish = (parameters: ReadonlyMap<string, string>) => {
    const [topic = '', subject = '', message = ''] = ['TopicArn', 'Subject', 'Message'].map((name) =>
      parameters.get(name),
    );
    check({ subject, message });
    for (const address of topics.addressesOf(topic)) onMail(`mail to ${address}: ${subject}\n${message}`);
    return textElement('MessageId', randomUUID());
  };
  return queryService(service, { Publish: { parameters: ['TopicArn', 'Subject', 'Message'], answer: publish } });
}

function check({ subject, message }: { readonly subject: string; readonly message: string }): void {
  if (!/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject))
    throw new QueryError('InvalidParameter', 'Invalid parameter: Subject');
  if (message === '') throw new QueryError('InvalidParameter', 'Invalid parameter: Empty message');
  if (Buffer.byteLength(message) > 262_144)
    throw new QueryError('InvalidParameter', 'Invalid parameter: Message too long');
}
