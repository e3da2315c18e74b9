import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  type AliasConfiguration,
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ALIAS, type EndpointFunction, KEYS, metricNamespace } from '../../functions/contract.ts';
import { addCounts, NO_REQUESTS } from '../../functions/judge/version-counts.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { Traffic } from '../../functions/rollout/traffic.ts';
import { type Answer, ApiClient, type Pictures } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { PROJECT, type RunningLaptop, startLaptop } from './laptop.ts';

/** One minute of a rollout takes half a second. */
const SPEED = 120;
/** Queries of a rollout's state before a test gives up: two minutes. */
const QUERIES = 1200;
const QUERY_MS = 100;
/** Because many rollouts at a time that are queried often take half a processor. For a state that stays. */
const SLOW_QUERY_MS = 500;
const DAY_MS = 24 * 3_600_000;
const MACHINES = 'arn:aws:states:us-east-1:000000000000:stateMachine';

/** An emulator with a fast clock, and an operator's commands. */
export class RolloutLaptop {
  readonly laptop: RunningLaptop;
  readonly assembly: Assembly;
  readonly client: ApiClient;
  /** Clients of the emulator's services. */
  readonly stacks: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  private readonly lambda: LambdaClient;
  private readonly s3: S3Client;
  private readonly machines: SFNClient;
  private deploying: Promise<unknown> = Promise.resolve();

  private constructor(laptop: RunningLaptop, assembly: Assembly) {
    this.laptop = laptop;
    this.assembly = assembly;
    this.client = new ApiClient(laptop.url);
    const credentials = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };
    const client = { endpoint: laptop.aws.replace('localhost', '127.0.0.1'), region: 'us-east-1', credentials };
    this.stacks = new CloudFormationClient(client);
    this.lambda = new LambdaClient(client);
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.machines = new SFNClient(client);
    this.cloudWatch = new CloudWatchClient(client);
  }

  /**
   * Starts with the first version of each endpoint live.
   * @param options more of `npm start --`. Default: one minute of a rollout takes half a second
   */
  static async start(assembly: Assembly, ...options: readonly string[]): Promise<RolloutLaptop> {
    const laptop = await startLaptop('--speed', String(SPEED), '--assembly', assembly.folder, ...options);
    return new RolloutLaptop(laptop, assembly);
  }

  /**
   * Starts as `npm start -- -c …`: the emulator synthesizes the stacks itself.
   * @param deployment name of the deployment in the settings
   */
  static async startWith(context: readonly string[], deployment: string): Promise<RolloutLaptop> {
    const laptop = await startLaptop('--speed', String(SPEED), ...context.flatMap((each) => ['-c', each]));
    return new RolloutLaptop(laptop, Assembly.at(join(laptop.home, 'cdk.out'), deployment));
  }

  /** Deploys another deployment to the same emulator. Stop the first one only. */
  async beside(assembly: Assembly): Promise<RolloutLaptop> {
    await this.runDeploy('--assembly', assembly.folder);
    const { ApiUrl = '', BucketName = '' } = await this.outputs(`${assembly.deployment}-Platform`);
    return new RolloutLaptop({ ...this.laptop, url: ApiUrl, bucket: BucketName }, assembly);
  }

  /** Outputs of a stack. */
  async outputs(StackName: string): Promise<Record<string, string>> {
    const { Stacks: [stack] = [] } = await this.stacks.send(new DescribeStacksCommand({ StackName }));
    return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  /**
   * Edits the assembly and deploys it by `npm run deploy -- --local`. Runs deployments one after another, so that no
   * assembly is edited while it is read.
   */
  deploy(edit: (assembly: Assembly) => void): Promise<string> {
    const turn = this.deploying.then(() => {
      edit(this.assembly);
      return this.runDeploy('--assembly', this.assembly.folder);
    });
    this.deploying = turn.catch(() => undefined);
    return turn;
  }

  /** `npm run deploy -- --local -c …`: synthesizes the present settings and deploys them. */
  redeploy(context: readonly string[]): Promise<string> {
    return this.runDeploy(...context.flatMap((each) => ['-c', each]));
  }

  private async runDeploy(...options: readonly string[]): Promise<string> {
    const args = ['local/deploy.ts', '--local', '--home', this.laptop.home, ...options];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT });
    return stdout;
  }

  /** Puts an object into the bucket. */
  async upload(Key: string, Body: Uint8Array): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.laptop.bucket, Key, Body }));
  }

  /** Record of the last tick of the endpoint's rollout. */
  status(endpoint: string): Promise<TickRecord | undefined> {
    return this.readJson(KEYS.status(this.functionOf(endpoint)));
  }

  /** Waits for a tick of this version's rollout whose record matches. */
  async until(
    endpoint: string,
    version: string,
    isExpected: (record: TickRecord) => boolean,
    queryMs = QUERY_MS,
  ): Promise<TickRecord> {
    let last: TickRecord | undefined;
    for (let query = 0; query < QUERIES; query += 1) {
      last = await this.status(endpoint);
      if (last?.version === version && isExpected(last)) return last;
      await pause(queryMs);
    }
    throw new Error(
      `Expected another record for version ${version} of ${endpoint}, received ${JSON.stringify(last, null, 1)}`,
    );
  }

  /** Sends requests until this version's rollout has ended. */
  async finish(
    endpoint: string,
    version: string,
    pictures: Pictures,
    pace?: { paceMs: number },
  ): Promise<TickRecord & { answers: Answer[] }> {
    const load = this.client.load(endpoint, pictures, pace);
    try {
      const record = await this.until(endpoint, version, ({ status }) => ENDS.includes(status), SLOW_QUERY_MS);
      await this.ended(endpoint, version);
      return { ...record, answers: await load.stop() };
    } finally {
      await load.stop();
    }
  }

  /** Waits for the end of the execution, because the last tick writes its record before that. */
  async ended(endpoint: string, version: string): Promise<DescribeExecutionCommandOutput> {
    for (let query = 0; query < QUERIES; query += 1) {
      const execution = await this.execution(endpoint, version);
      if (execution.status !== 'RUNNING') return execution;
      await pause(QUERY_MS);
    }
    throw new Error(`Expected an end for the execution of version ${version} of ${endpoint}, received RUNNING`);
  }

  /** Records of all ticks of the version's rollout, in their order. */
  async audit(endpoint: string, version: string): Promise<TickRecord[]> {
    const { name = '' } = await this.execution(endpoint, version);
    const Prefix = KEYS.audits(recordsFolder(this.functionOf(endpoint), name));
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: this.laptop.bucket, Prefix }));
    const records = await Promise.all(Contents.map(({ Key = '' }) => this.readJson<TickRecord>(Key)));
    return records.filter((record) => record !== undefined);
  }

  private functionOf(endpoint: string): EndpointFunction {
    return { endpoint, functionName: this.assembly.functionName(endpoint) };
  }

  /** The live alias. */
  alias(endpoint: string): Promise<AliasConfiguration> {
    const FunctionName = this.assembly.functionName(endpoint);
    return this.lambda.send(new GetAliasCommand({ FunctionName, Name: ALIAS.live }));
  }

  /** Moves the live alias by hand. */
  moveAlias(endpoint: string, to: Omit<UpdateAliasCommandInput, 'FunctionName' | 'Name'>): Promise<AliasConfiguration> {
    const FunctionName = this.assembly.functionName(endpoint);
    return this.lambda.send(new UpdateAliasCommand({ FunctionName, Name: ALIAS.live, ...to }));
  }

  /** Runs `npm run rollout -- <command> <endpoint> --json`. @returns its output */
  async operate<T>(command: string, endpoint: string, ...args: string[]): Promise<T> {
    return this.runCommand(command, endpoint, '--by', 'journey', ...args);
  }

  /** Writes the report of the endpoint's last rollout into a file. @returns its version */
  async report(endpoint: string, file: string): Promise<string> {
    const { version } = await this.runCommand<{ version: string }>('report', endpoint, '--out', file);
    return version;
  }

  private async runCommand<T>(command: string, endpoint: string, ...args: string[]): Promise<T> {
    const target = ['--local', '--home', this.laptop.home, '--deployment', this.assembly.deployment];
    const given = ['cli/rollout.ts', command, endpoint, '--json', ...target, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: PROJECT });
    return JSON.parse(stdout);
  }

  /** The execution of this version's rollout. */
  async execution(endpoint: string, version: string): Promise<DescribeExecutionCommandOutput> {
    const stateMachineArn = `${MACHINES}:${this.assembly.machineName(endpoint)}`;
    const { executions = [] } = await this.machines.send(new ListExecutionsCommand({ stateMachineArn }));
    const found = executions.find(({ name }) => name?.startsWith(`v${version}-`));
    return this.machines.send(new DescribeExecutionCommand({ executionArn: found?.executionArn }));
  }

  /** Requests of two versions since the start, by their metrics, when those of at least `requests` have come. */
  async counts(endpoint: string, versions: { live: string; candidate: string }, requests = 0) {
    for (let query = 0; query < QUERIES; query += 1) {
      const counts = await this.countsSoFar(endpoint, versions);
      if (counts.live.requests + counts.candidate.requests >= requests) return counts;
      await pause(SLOW_QUERY_MS);
    }
    throw new Error(`Expected metrics of ${requests} requests of ${endpoint}, received fewer`);
  }

  private async countsSoFar(endpoint: string, versions: { live: string; candidate: string }) {
    const traffic = new Traffic(this.cloudWatch, {
      namespace: metricNamespace(this.assembly.deployment),
      endpoint,
      functionName: this.assembly.functionName(endpoint),
    });
    // The emulator's clock is ahead by a day at most.
    const [from, to] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + DAY_MS)];
    const observed = await traffic.minutes(versions, Math.floor(from.getTime() / 60_000), to);
    if (observed === 'incomplete') throw new Error('Expected all metrics of the endpoint');
    const { minutes } = observed;
    const sum = (role: 'live' | 'candidate') => minutes.map((minute) => minute[role]).reduce(addCounts, NO_REQUESTS);
    return { live: sum('live'), candidate: sum('candidate') };
  }

  /** The text of all objects below a prefix, by key. */
  async objects(Prefix: string): Promise<Map<string, string>> {
    const Bucket = this.laptop.bucket;
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const read = async ({ Key = '' }) => {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
      return [Key, (await Body?.transformToString()) ?? ''] as const;
    };
    return new Map(await Promise.all(Contents.map(read)));
  }

  private async readJson<T>(Key: string): Promise<T | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.laptop.bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? 'null');
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.laptop.stop();
    this.assembly.remove();
  }
}

const ENDS: readonly TickRecord['status'][] = ['done', 'rolled back', 'superseded', 'stopped'];

/**
 * Options of an emulator as strict as AWS. Because rollouts share it only to save time, it has the quota of so many new
 * accounts: ten concurrent invocations each.
 */
export function likeAws(accounts: number): string[] {
  return ['--like-aws', '--account-concurrency', String(10 * accounts)];
}
