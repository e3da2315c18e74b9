import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  type AliasConfiguration,
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ALIAS, KEYS } from '../../functions/contract.ts';
import { addCounts, NO_REQUESTS } from '../../functions/judge/version-counts.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { Traffic } from '../../functions/rollout/traffic.ts';
import { type Answer, ApiClient, type Pictures } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { PROJECT, type RunningLaptop, startLaptop } from './laptop.ts';

/** One minute of a rollout takes half a second. */
const SPEED = 120;
/** Looks at a rollout before it is given up: two minutes. */
const LOOKS = 1200;
const LOOK_MS = 100;
const DAY_MS = 24 * 3_600_000;

/** A laptop that plays rollouts fast, and what an operator does with them. */
export class RolloutLaptop {
  readonly laptop: RunningLaptop;
  readonly assembly: Assembly;
  readonly client: ApiClient;
  private readonly lambda: LambdaClient;
  private readonly s3: S3Client;
  private readonly machines: SFNClient;
  private readonly cloudWatch: CloudWatchClient;
  private deploying: Promise<unknown> = Promise.resolve();

  private constructor(laptop: RunningLaptop, assembly: Assembly) {
    this.laptop = laptop;
    this.assembly = assembly;
    this.client = new ApiClient(laptop.url);
    const credentials = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };
    const client = { endpoint: laptop.aws.replace('localhost', '127.0.0.1'), region: 'us-east-1', credentials };
    this.lambda = new LambdaClient(client);
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.machines = new SFNClient(client);
    this.cloudWatch = new CloudWatchClient(client);
  }

  /** Starts with the first version of every endpoint live. */
  static async start(assembly: Assembly): Promise<RolloutLaptop> {
    const laptop = await startLaptop('--speed', String(SPEED), '--assembly', assembly.folder);
    return new RolloutLaptop(laptop, assembly);
  }

  /**
   * Starts with settings of one's own, as `npm start -- -c …` does: the laptop synthesizes them itself.
   * @param deployment the name that the settings give
   */
  static async startWith(context: readonly string[], deployment: string): Promise<RolloutLaptop> {
    const laptop = await startLaptop('--speed', String(SPEED), ...context.flatMap((each) => ['-c', each]));
    return new RolloutLaptop(laptop, Assembly.at(join(laptop.home, 'cdk.out'), deployment));
  }

  /**
   * Edits the assembly and hands it to the laptop as `npm run deploy -- --local` does. One deployment after the other:
   * nothing is edited while it is read.
   */
  deploy(edit: (assembly: Assembly) => void): Promise<string> {
    const turn = this.deploying.then(() => {
      edit(this.assembly);
      return this.handOver('--assembly', this.assembly.folder);
    });
    this.deploying = turn.catch(() => undefined);
    return turn;
  }

  /** `npm run deploy -- --local -c …`: synthesizes what the settings say now, and hands it to the laptop. */
  redeploy(context: readonly string[]): Promise<string> {
    return this.handOver(...context.flatMap((each) => ['-c', each]));
  }

  private async handOver(...what: readonly string[]): Promise<string> {
    const args = ['local/deploy.ts', '--local', '--home', this.laptop.home, ...what];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT });
    return stdout;
  }

  /** What the last tick of the endpoint's rollout left behind. */
  status(endpoint: string): Promise<TickRecord | undefined> {
    return this.readJson(KEYS.status(endpoint));
  }

  /** Waits until a tick of this version's rollout leaves what is asked for. */
  async until(endpoint: string, version: string, isThere: (record: TickRecord) => boolean): Promise<TickRecord> {
    let last: TickRecord | undefined;
    for (let look = 0; look < LOOKS; look += 1) {
      last = await this.status(endpoint);
      if (last?.version === version && isThere(last)) return last;
      await pause(LOOK_MS);
    }
    throw new Error(`expected version ${version} of ${endpoint} to come further than ${JSON.stringify(last, null, 1)}`);
  }

  /** Waits for the end of this version's rollout under requests that it can be judged by. */
  async finish(
    endpoint: string,
    version: string,
    pictures: Pictures,
    pace?: { paceMs: number },
  ): Promise<TickRecord & { answers: Answer[] }> {
    const load = this.client.load(endpoint, pictures, pace);
    try {
      const record = await this.until(endpoint, version, ({ status }) => ENDS.includes(status));
      await this.ended(endpoint, version);
      return { ...record, answers: await load.stop() };
    } finally {
      await load.stop();
    }
  }

  /** Waits until the execution is over: a tick writes its record before the state machine hears of it. */
  async ended(endpoint: string, version: string): Promise<DescribeExecutionCommandOutput> {
    for (let look = 0; look < LOOKS; look += 1) {
      const execution = await this.execution(endpoint, version);
      if (execution.status !== 'RUNNING') return execution;
      await pause(LOOK_MS);
    }
    throw new Error(`expected the execution of version ${version} of ${endpoint} to end`);
  }

  /** Everything that the version's ticks left behind, in their order. */
  async audit(endpoint: string, version: string): Promise<TickRecord[]> {
    const Prefix = KEYS.audits(endpoint, version);
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: this.laptop.bucket, Prefix }));
    const records = await Promise.all(Contents.map(({ Key = '' }) => this.readJson<TickRecord>(Key)));
    return records.filter((record) => record !== undefined);
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

  /** `npm run rollout -- <command> <endpoint>`, as an operator says it. @returns what it answers with `--json` */
  async operate<T>(command: string, endpoint: string, ...args: string[]): Promise<T> {
    const place = ['--local', '--home', this.laptop.home, '--deployment', this.assembly.deployment];
    const given = ['cli/rollout.ts', command, endpoint, '--json', '--by', 'journey', ...place, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: PROJECT });
    return JSON.parse(stdout);
  }

  /** How the execution of this version's rollout ended. */
  async execution(endpoint: string, version: string): Promise<DescribeExecutionCommandOutput> {
    const { stateMachines = [] } = await this.machines.send(new ListStateMachinesCommand({}));
    const stack = this.assembly.functionName(endpoint).split('-').slice(0, 2).join('-');
    const machine = stateMachines.find(({ stateMachineArn }) => stateMachineArn?.includes(`:${stack}-`));
    const asked = new ListExecutionsCommand({ stateMachineArn: machine?.stateMachineArn });
    const { executions = [] } = await this.machines.send(asked);
    const found = executions.find(({ name }) => name?.startsWith(`v${version}-`));
    return this.machines.send(new DescribeExecutionCommand({ executionArn: found?.executionArn }));
  }

  /** What the metrics say of two versions since the laptop started. */
  async counts(endpoint: string, versions: { live: string; candidate: string }) {
    const traffic = new Traffic(this.cloudWatch, { endpoint, functionName: this.assembly.functionName(endpoint) });
    // The laptop's clock runs ahead, by a day at most.
    const [from, to] = [new Date(Date.now() - DAY_MS), new Date(Date.now() + DAY_MS)];
    const { minutes } = await traffic.minutes(versions, Math.floor(from.getTime() / 60_000), to);
    const sum = (role: 'live' | 'candidate') => minutes.map((minute) => minute[role]).reduce(addCounts, NO_REQUESTS);
    return { live: sum('live'), candidate: sum('candidate') };
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
