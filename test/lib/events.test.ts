/** The setting `events`: its faults, and the stacks that it makes. */

import { readFileSync } from 'node:fs';
import { checkConfig } from '../../lib/check-config.ts';
import { countEndpoint, type Deployment } from '../../lib/config.ts';
import type { EventsOptions, WebhookOptions } from '../../lib/events-options.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

const ORDERS: WebhookOptions = { name: 'orders', url: 'https://orders.example.com/events', types: ['result.stored'] };

const withEvents = (events: EventsOptions, batch = true): Deployment => ({
  name: 'small',
  events,
  alarmEmail: 'on-call@example.com',
  endpoints: [countEndpoint({ ...CARS, ...(batch && { batch: {} }) })],
});

const faultsOf = (deployment: Deployment): string => {
  try {
    checkConfig(deployment);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[object, boolean, string]>([
  [{ speed: 2 }, true, 'events.speed'],
  [{ batchPictures: 1 }, true, 'events.batchPictures: Expected true or false'],
  [{ batchPictures: true }, false, 'events.batchPictures: Expected no value because no endpoint has batch jobs'],
  [{ webhooks: [] }, true, 'events.webhooks: Expected a list of one to five webhooks'],
  [{ webhooks: [{ ...ORDERS, url: 'http://example.com' }] }, true, 'events.webhooks[0].url: Expected an https address'],
  [
    { webhooks: [{ ...ORDERS, url: 'https://10.0.0.1/' }] },
    true,
    'events.webhooks[0].url: Expected a host that is public',
  ],
  [{ webhooks: [{ ...ORDERS, name: 'A' }] }, true, 'events.webhooks[0].name: Expected lower-case letters'],
  [{ webhooks: [{ ...ORDERS, name: 'bus' }] }, true, 'events.webhooks[0].name: Expected none of the reserved names'],
  [{ webhooks: [ORDERS, ORDERS] }, true, 'events.webhooks[1].name: Expected a name that no other webhook has'],
  [
    { webhooks: [{ ...ORDERS, types: ['x'] }] },
    true,
    'events.webhooks[0].types[0]: Expected a type of event (result.stored',
  ],
  [{ notices: ['mail'] }, true, 'events.notices[0]: Expected a list of at least one of alarms, slack and teams'],
  [{ notices: ['slack', 'slack'] }, true, 'events.notices[1]'],
])('%j is refused', (events, batch, message) => {
  expect(faultsOf(withEvents(events, batch))).toContain(message);
});

test('notices to alarmEmail require it', () => {
  const { alarmEmail: _, ...rest } = withEvents({ notices: ['alarms'] });
  expect(faultsOf(rest)).toContain('events.notices: Expected alarmEmail beside it, to which the notices go');
});

test('a receiver on this machine is for the laptop alone', () => {
  const local = withEvents({ webhooks: [{ name: 'orders', url: 'http://localhost:9000/in' }] });
  expect(faultsOf(local)).toBe('');
  expect(() => checkConfig({ ...local, tracing: 3 } as never, undefined, 'x.ts', true)).toThrow(
    [
      'x.ts has 2 errors:',
      '  tracing: Expected true or false, received 3',
      '  events.webhooks[0].url: Expected a public https address: only the laptop delivers to this machine, ' +
        'received "http://localhost:9000/in"',
    ].join('\n'),
  );
  expect(() => checkConfig(withEvents({ webhooks: [ORDERS] }), undefined, 'x.ts', true)).not.toThrow();
});

/** Most bytes of a value of a template: names of queues have 80 characters, other references fewer than 160. */
function longest(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: string[];
  };
  if (join) return join[1].reduce<number>((sum, part) => sum + longest(part), 0);
  return attribute?.[1] === 'QueueName' ? 80 : 160;
}

describe('stacks', () => {
  let without: Synthesis;
  let stacks: Synthesis;
  beforeAll(() => {
    const { events: _, ...rest } = withEvents({});
    without = synthesize(rest);
    stacks = synthesize(withEvents({ batchPictures: true, webhooks: [ORDERS], notices: ['alarms', 'slack'] }));
  }, 120_000);

  test('cdk-nag has no finding', () => {
    expect(stacks.nag()).toEqual([]);
  });

  test('without the setting, nothing of events is in the templates; with it, all else is the same', () => {
    for (const synthesis of [without, synthesize(ONE_ENDPOINT)]) {
      for (const stack of synthesis.stacks) expect(synthesis.text(stack)).not.toMatch(/Events::EventBus|EVENT_BUS/);
    }
    for (const stack of stacks.stacks) {
      const before = new Map(without.resources(stack).map((resource) => [resource.id, resource]));
      const added = stacks.resources(stack).filter(({ id }) => !before.has(id));
      expect(added.filter(({ id }) => !/^(?:Event|BatchEvents|Webhooks)/.test(id))).toEqual([]);
      const changed = stacks.resources(stack).filter(({ id, ...rest }) => {
        const { id: _, ...same } = before.get(id) ?? { id, ...rest };
        return JSON.stringify(same) !== JSON.stringify(rest);
      });
      // The notification of the bucket; the docs function, which describes the webhooks.
      expect(changed.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(
        stack === 'Platform' ? ['StorageBucket', 'DocsFunction'] : [],
      );
    }
  });

  test('S3 announces only JSON of results, records and batch jobs to the queue', () => {
    const { NotificationConfiguration } = stacks.resource(
      'Platform',
      'AWS::S3::Bucket',
      /^Storage(?!Access)/,
    ).Properties;
    expect(NotificationConfiguration.TopicConfigurations).toHaveLength(1);
    const rules = NotificationConfiguration.QueueConfigurations.map(
      ({ Filter }: { Filter: { S3Key: { Rules: { Value: string }[] } } }) =>
        Filter.S3Key.Rules.map(({ Value }) => Value),
    );
    expect(rules).toEqual([
      ['results/', '.json'],
      ['rollouts/', '.json'],
      ['batch/', '.json'],
    ]);
  });

  test('the queue lets rules of this deployment send, and S3 of this account', () => {
    const { PolicyDocument } = stacks.resource('Platform', 'AWS::SQS::QueuePolicy', /^EventsQueue/).Properties;
    const text = JSON.stringify(PolicyDocument);
    expect(text).toContain(':rule/small-*');
    expect(text).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
  });

  test('the function may read what is announced, and put events on its own bus', () => {
    const policy = JSON.stringify(stacks.resource('Platform', 'AWS::IAM::Policy', /^EventsRole/).Properties);
    for (const prefix of ['results', 'rollouts', 'batch']) expect(policy).toContain(`/${prefix}/*`);
    expect(policy).toContain('events:PutEvents');
    expect(policy).not.toContain('s3:PutObject');
  });

  test('each destination has a rule for its types, which sends the event itself, and eleven attempts', () => {
    const rules = stacks.resources('Platform', 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules.map(({ EventPattern }) => EventPattern['detail-type'])).toEqual([
      ['result.stored'],
      ['rollout.waits', 'rollout.stopped', 'rollout.promoted', 'rollout.rolled_back'],
      ['rollout.waits', 'rollout.stopped', 'rollout.promoted', 'rollout.rolled_back'],
    ]);
    expect(rules.map(({ Targets }) => Targets[0].InputPath)).toEqual(['$.detail', '$.detail', '$.detail']);
    const queues = stacks
      .resources('Platform', 'AWS::SQS::Queue')
      .filter(({ id }) => /^Webhooks.*Queue[0-9A-F]{8}$/.test(id));
    expect(queues.map(({ Properties }) => Properties.RedrivePolicy.maxReceiveCount)).toEqual([11, 11, 11]);
  });

  test('no secret is in the template, and the function may read those of its destinations only', () => {
    const text = stacks.text('Platform');
    expect(text).not.toMatch(/whsec_|hooks\.slack/);
    const policy = JSON.stringify(stacks.resource('Platform', 'AWS::IAM::Policy', /^WebhooksRole/).Properties);
    expect(policy.match(/:parameter\/[^"]*/g)).toEqual([
      ':parameter/small/events/orders',
      ':parameter/small/events/slack',
    ]);
    expect(policy).toContain('kms:GenerateDataKey');
    expect(stacks.text('Platform')).not.toContain('ALLOW_PRIVATE_ADDRESSES');
  });

  test('the most receivers, with the longest names, fit into the environment of the function', () => {
    const long = (index: number) => `receiver-${index}-`.padEnd(40, 'x');
    const [one, ...others] = [0, 1, 2, 3, 4].map(
      (index): WebhookOptions => ({ name: long(index), url: `https://example.com/`.padEnd(200, 'x') }),
    );
    const webhooks = [one as WebhookOptions, ...others] as const;
    const settings = withEvents({ webhooks, notices: ['alarms', 'slack', 'teams'] });
    const largest = synthesize({ ...settings, name: 'x'.repeat(40), tracing: true });
    const { Environment } = largest.resource('Platform', 'AWS::Lambda::Function', /^WebhooksFunction/).Properties;
    const bytes = Object.entries(Environment.Variables).map(([name, value]) => name.length + longest(value));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(4096);
  });

  test('a policy has the rights of npm run events: on queues, secrets and notes of this deployment', () => {
    const policy = stacks.resource('Platform', 'AWS::IAM::ManagedPolicy', /^EventOperators/).Properties;
    const statements: { Action: string | string[]; Resource: unknown }[] = policy.PolicyDocument.Statement;
    const resourcesOf = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .map(({ Resource }) => JSON.stringify(Resource));
    expect(
      resourcesOf('sqs:StartMessageMoveTask')
        .join()
        .match(/\w+DeadLetters[0-9A-F]{8}/g),
    ).toHaveLength(4);
    expect(resourcesOf('sqs:SendMessage').join()).not.toContain('DeadLetters');
    expect(resourcesOf('ssm:PutParameter').join()).toContain(':parameter/small/events/*');
    expect(resourcesOf('s3:DeleteObject').join()).toContain('/events/disabled/*.json');
    expect(resourcesOf('s3:PutObject')).toEqual([]);
  });

  test('docs/runbook.md has a section for each alarm of events', () => {
    const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    const alarms = stacks
      .resources('Platform', 'AWS::CloudWatch::Alarm')
      .map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(alarms.filter((id) => !headings.some((name) => name && id.endsWith(name)))).toEqual([]);
    expect(alarms).toHaveLength(5);
  });

  test('the stack of an endpoint with batch jobs announces their executions, and no children', () => {
    const { EventPattern } = stacks.resource('CountCars', 'AWS::Events::Rule', /^BatchEvents/).Properties;
    expect(EventPattern).toMatchObject({
      source: ['aws.states'],
      detail: { stateMachineArn: [{ Ref: expect.any(String) }] },
    });
  });
});
