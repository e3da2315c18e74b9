/** The setting `events`: its faults, and the stacks that it makes. */

import { checkConfig } from '../../lib/check-config.ts';
import { countEndpoint, type Deployment } from '../../lib/config.ts';
import type { EventsOptions } from '../../lib/events-options.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

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
])('%j is refused', (events, batch, message) => {
  expect(faultsOf(withEvents(events, batch))).toContain(message);
});

describe('stacks', () => {
  let without: Synthesis;
  let stacks: Synthesis;
  beforeAll(() => {
    const { events: _, ...rest } = withEvents({});
    without = synthesize(rest);
    stacks = synthesize(withEvents({ batchPictures: true }));
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
      expect(added.filter(({ id }) => !/^(?:Event|BatchEvents)/.test(id))).toEqual([]);
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

  test('the stack of an endpoint with batch jobs announces their executions, and no children', () => {
    const { EventPattern } = stacks.resource('CountCars', 'AWS::Events::Rule', /^BatchEvents/).Properties;
    expect(EventPattern).toMatchObject({
      source: ['aws.states'],
      detail: { stateMachineArn: [{ Ref: expect.any(String) }] },
    });
  });
});
