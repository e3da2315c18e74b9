import { readFileSync } from 'node:fs';
import { KEY_PREFIXES } from '../../functions/contract.ts';
import { jwt, none } from '../../lib/config.ts';
import { deployment } from '../../lib/endpoints.ts';
import { ONE_ENDPOINT, STACKS, type Synthesis, synthesize } from './synthesis.ts';

let shipped: Synthesis;
let guarded: Synthesis;
let open: Synthesis;
beforeAll(() => {
  shipped = synthesize(deployment);
  guarded = synthesize({
    ...ONE_ENDPOINT,
    api: {
      auth: jwt({ issuer: 'https://issuer.example.com', audience: ['us'] }),
      cors: { origins: ['https://app.example.com'] },
    },
    alarmEmail: 'oncall@example.com',
  });
  open = synthesize({ ...ONE_ENDPOINT, api: { auth: none() } });
}, 120_000);

describe('the bucket', () => {
  const bucket = () => shipped.resource('Platform', 'AWS::S3::Bucket', /StorageBucket/);

  test('is private, encrypted, versioned and retained, and sends no events to EventBridge', () => {
    const blocked = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    expect(bucket().Properties).toMatchObject({
      PublicAccessBlockConfiguration: blocked,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(Object.keys(bucket().Properties.NotificationConfiguration)).toEqual(['TopicConfigurations']);
    expect(bucket().DeletionPolicy).toBe('Retain');
  });

  test('allows TLS only', () => {
    const { Properties } = shipped.resource('Platform', 'AWS::S3::BucketPolicy', /StorageBucket/);
    const [denied] = Properties.PolicyDocument.Statement.filter(
      ({ Condition }: { Condition?: object }) =>
        JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
    );
    expect(denied).toMatchObject({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' } });
  });

  test('has a lifetime for every prefix', () => {
    const rules: { Prefix?: string; ExpirationInDays?: number }[] = bucket().Properties.LifecycleConfiguration.Rules;
    const byPrefix = Object.fromEntries(
      rules.flatMap((rule) => (rule.Prefix ? [[rule.Prefix, rule.ExpirationInDays]] : [])),
    );
    expect(Object.keys(byPrefix)).toEqual([...KEY_PREFIXES]);
    expect(byPrefix).toMatchObject({ 'uploads/': 30, 'results/': 90, 'decisions/': 365 });
    expect(rules.find(({ Prefix }) => Prefix === undefined)).toMatchObject({
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    });
  });

  test('accepts posts from the pages that may call the API', () => {
    const origins = (synthesis: Synthesis) =>
      synthesis.resource('Platform', 'AWS::S3::Bucket', /StorageBucket/).Properties.CorsConfiguration.CorsRules[0]
        .AllowedOrigins;
    const api = { 'Fn::GetAtt': [shipped.resource('Platform', 'AWS::ApiGatewayV2::Api').id, 'ApiEndpoint'] };
    expect(origins(shipped)).toEqual([api]);
    expect(origins(guarded)).toEqual([api, 'https://app.example.com']);
  });

  test('needs no custom resource', () => {
    const types = shipped.resources('Platform').map(({ Type }) => Type);
    expect(
      types.filter((type) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'),
    ).toEqual([]);
  });
});

describe('routes', () => {
  test.each(STACKS)(
    '%s: five routes lead to live, one to candidate, three to the status function, all with IAM',
    (stack, name) => {
      expect(routes(shipped, stack)).toEqual({
        [`POST /${name}`]: 'AWS_IAM Live',
        [`GET /${name}/predictions/{id}`]: 'AWS_IAM Live',
        [`PUT /${name}/predictions/{id}/decision`]: 'AWS_IAM Live',
        [`PUT /${name}/predictions/{id}/preference`]: 'AWS_IAM Live',
        [`POST /${name}/uploads`]: 'AWS_IAM Live',
        [`POST /candidate/${name}`]: 'AWS_IAM Candidate',
        [`GET /${name}/status`]: 'AWS_IAM ',
        [`GET /${name}/report`]: 'AWS_IAM ',
        [`GET /${name}/judge`]: 'AWS_IAM ',
      });
    },
  );

  test('the pages are open, the list of models is not', () => {
    const pages = ['/status', '/status/{endpoint}/report', '/status/{endpoint}/judge'];
    const open = ['/', '/docs', '/docs/{proxy+}', ...pages, '/openapi.json', '/health'];
    const expected = ['GET', 'HEAD'].flatMap((method) => [
      ...open.map((path) => [`${method} ${path}`, 'NONE '] as const),
      [`${method} /models`, 'AWS_IAM '] as const,
    ]);
    expect(routes(shipped, 'Platform')).toEqual(Object.fromEntries(expected));
  });

  test('jwt() guards every route of callers by tokens of the issuer', () => {
    expect(routes(guarded, 'CountCars')).toEqual({
      'POST /count-cars': 'JWT Live',
      'GET /count-cars/predictions/{id}': 'JWT Live',
      'PUT /count-cars/predictions/{id}/decision': 'AWS_IAM Live',
      'PUT /count-cars/predictions/{id}/preference': 'AWS_IAM Live',
      'POST /count-cars/uploads': 'JWT Live',
      'POST /candidate/count-cars': 'JWT Candidate',
      'GET /count-cars/status': 'AWS_IAM ',
      'GET /count-cars/report': 'AWS_IAM ',
      'GET /count-cars/judge': 'AWS_IAM ',
    });
    expect(guarded.resource('Platform', 'AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://issuer.example.com', Audience: ['us'] },
    });
  });

  test('none() opens every route of callers', () => {
    expect(routes(open, 'CountCars')).toEqual({
      'POST /count-cars': 'NONE Live',
      'GET /count-cars/predictions/{id}': 'NONE Live',
      'PUT /count-cars/predictions/{id}/decision': 'AWS_IAM Live',
      'PUT /count-cars/predictions/{id}/preference': 'AWS_IAM Live',
      'POST /count-cars/uploads': 'NONE Live',
      'POST /candidate/count-cars': 'NONE Candidate',
      'GET /count-cars/status': 'AWS_IAM ',
      'GET /count-cars/report': 'AWS_IAM ',
      'GET /count-cars/judge': 'AWS_IAM ',
    });
  });

  test('the stage throttles requests and logs the caller', () => {
    const { Properties } = shipped.resource('Platform', 'AWS::ApiGatewayV2::Stage');
    expect(Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    expect(Properties.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(JSON.parse(Properties.AccessLogSettings.Format)).toMatchObject({ caller: '$context.identity.userArn' });
  });

  test('the routes have no detailed metrics, which nothing reads', () => {
    const { DefaultRouteSettings } = shipped.resource('Platform', 'AWS::ApiGatewayV2::Stage').Properties;
    expect(DefaultRouteSettings.DetailedMetricsEnabled ?? false).toBe(false);
  });

  test('CORS is off unless configured', () => {
    const cors = (synthesis: Synthesis) =>
      synthesis.resource('Platform', 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration;
    expect(cors(shipped)).toBeUndefined();
    expect(cors(guarded)).toMatchObject({
      AllowOrigins: ['https://app.example.com'],
      AllowMethods: ['GET', 'POST', 'PUT'],
    });
  });
});

describe('alarms', () => {
  test.each(STACKS)(
    '%s: one for each of errors, throttles, latency, queue age, dead letters; held, back, failed, unjudged rollouts',
    (stack) => {
      const metrics = shipped.resources(stack, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.MetricName);
      expect(metrics.toSorted()).toEqual([
        'ApproximateAgeOfOldestMessage',
        'ApproximateNumberOfMessagesVisible',
        'Duration',
        'Errors',
        'Errors',
        'ExecutionsFailed',
        'RolloutBack',
        'RolloutWaits',
        'Throttles',
        'Throttles',
      ]);
    },
  );

  test('a single dead letter sets off the alarm', () => {
    const { Properties } = shipped.resource('CountCars', 'AWS::CloudWatch::Alarm', /DeadLetters/);
    expect(Properties).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: [
        { Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'QueueName'] } },
      ],
    });
  });

  test('the alarm of a rollout that waits lasts from one tick to the next, ten minutes and a tick later', () => {
    const { Properties } = shipped.resource('CountCars', 'AWS::CloudWatch::Alarm', /RolloutWaits/);
    expect(Properties.Period * Properties.EvaluationPeriods).toBe(900);
  });

  test.each([
    ['RolloutErrors', 'Errors'],
    ['RolloutThrottles', 'Throttles'],
  ])(
    '%s rings while the rollout function keeps failing, not after one fault that a retry repairs',
    (id, MetricName) => {
      const { Properties } = shipped.resource('CountCars', 'AWS::CloudWatch::Alarm', new RegExp(id));
      expect(Properties).toMatchObject({
        MetricName,
        Threshold: 1,
        Statistic: 'Sum',
        Period: 300,
        DatapointsToAlarm: 3,
        EvaluationPeriods: 6,
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^RolloutFunction/) } }],
      });
    },
  );

  /** Seconds between failed attempts: first of a tick, then of the withdrawal of the candidate's share. */
  const WAITS = [5, 10, 20, 40, 80, 160, 30, 60, 120, 240, ...Array<number>(20).fill(300)];

  test.each([
    ['fails at once', WAITS],
    ['times out after three minutes', WAITS.map((wait) => wait + 180)],
  ])('a rollout function that always %s sets off the alarm within half an hour, and it stays', (_, waits) => {
    const { Period, DatapointsToAlarm, EvaluationPeriods } = shipped.resource(
      'CountCars',
      'AWS::CloudWatch::Alarm',
      /RolloutErrors/,
    ).Properties;
    const times = waits.map((_wait, index) => waits.slice(0, index).reduce((sum, wait) => sum + wait, 0));
    for (let offset = 0; offset < Period; offset += 30) {
      const failed = new Set(times.map((time) => Math.floor((time + offset) / Period)));
      for (let last = EvaluationPeriods; last <= Math.max(...failed); last += 1) {
        const recent = [...failed].filter((period) => period <= last && period > last - EvaluationPeriods);
        expect(recent.length).toBeGreaterThanOrEqual(DatapointsToAlarm);
      }
    }
  });

  test.each(STACKS)('docs/runbook.md has a section for each alarm of %s', (stack) => {
    const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    const alarms = shipped.resources(stack, 'AWS::CloudWatch::Alarm').map(({ id }) => id);
    expect(alarms.filter((id) => !headings.some((name) => new RegExp(`^Alarms${name}[0-9A-F]{8}$`).test(id)))).toEqual(
      [],
    );
  });

  test('alarms send e-mail when an address is configured', () => {
    const actions = (synthesis: Synthesis) =>
      synthesis
        .resources('CountCars', 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => Properties.AlarmActions?.length ?? 0);
    expect(new Set(actions(guarded))).toEqual(new Set([1]));
    expect(new Set(actions(shipped))).toEqual(new Set([0]));
    expect(guarded.resource('Platform', 'AWS::SNS::Subscription').Properties.Endpoint).toBe('oncall@example.com');
  });

  test('alarms may publish to their topic, whose policy replaces the default one', () => {
    const { Properties } = guarded.resource('Platform', 'AWS::SNS::TopicPolicy', /^AlarmTopic/);
    expect(Properties.PolicyDocument.Statement).toContainEqual({
      Sid: 'AllowAlarmsToPublish',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: { Ref: guarded.resource('Platform', 'AWS::SNS::Topic', /^AlarmTopic/).id },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });
});

/** Route key → authorization and alias. */
function routes(synthesis: Synthesis, stack: string): Record<string, string> {
  const integrations = new Map(
    synthesis.resources(stack, 'AWS::ApiGatewayV2::Integration').map((one) => [one.id, one.Properties]),
  );
  return Object.fromEntries(
    synthesis.resources(stack, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => {
      const { IntegrationUri, PayloadFormatVersion } = integrations.get(Properties.Target['Fn::Join'][1][1].Ref);
      expect(PayloadFormatVersion).toBe('2.0');
      const alias = /Live|Candidate/.exec(IntegrationUri.Ref ?? '')?.[0] ?? '';
      return [Properties.RouteKey, `${Properties.AuthorizationType} ${alias}`];
    }),
  );
}
