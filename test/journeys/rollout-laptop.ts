import { execFile } from 'node:child_process';
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
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ALIAS, KEYS } from '../../functions/contract.ts';
import { addCounts, NO_REQUESTS } from '../../functions/rollout/observations.ts';
import type { ControlRecord, TickRecord } from '../../functions/rollout/records.ts';
import { Traffic } from '../../functions/rollout/traffic.ts';
import type { Assembly } from './assembly.ts';
import { PROJECT, type RunningLaptop, startLaptop } from './laptop.ts';

/** One minute of a rollout takes half a second. */
const SPEED = 120;
/** Looks at a rollout before it is given up: two minutes. */
const LOOKS = 1200;
const LOOK_MS = 100;
/** Between two requests of a load: many endpoints share this machine. */
const PACE_MS = 50;
const DAY_MS = 24 * 3_600_000;

/** One picture, or several that take turns. */
export type Pictures = Uint8Array | readonly Uint8Array[];

function pick(pictures: Pictures, turn: number): Uint8Array {
  if (pictures instanceof Uint8Array) return pictures;
  const picture = pictures[turn % pictures.length];
  if (!picture) throw new Error('expected at least one picture');
  return picture;
}

/** What came of one request. */
export interface Answer {
  readonly status: number;
  /** The version that answered, where it says so. */
  readonly version?: string;
  readonly id?: string;
  /** When it was sent and answered, milliseconds of this process. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A laptop that plays rollouts fast, and what an operator does with them. */
export class RolloutLaptop {
  readonly laptop: RunningLaptop;
  readonly assembly: Assembly;
  private readonly lambda: LambdaClient;
  private readonly s3: S3Client;
  private readonly machines: SFNClient;
  private readonly cloudWatch: CloudWatchClient;
  private deploying: Promise<unknown> = Promise.resolve();

  private constructor(laptop: RunningLaptop, assembly: Assembly) {
    this.laptop = laptop;
    this.assembly = assembly;
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
   * Edits the assembly and hands it to the laptop as `npm run deploy -- --local` does. One deployment after the other:
   * nothing is edited while it is read.
   */
  deploy(edit: (assembly: Assembly) => void): Promise<string> {
    const args = ['local/deploy.ts', '--local', '--home', this.laptop.home, '--assembly', this.assembly.folder];
    const turn = this.deploying.then(() => {
      edit(this.assembly);
      return promisify(execFile)(process.execPath, args, { cwd: PROJECT });
    });
    this.deploying = turn.catch(() => undefined);
    return turn.then(({ stdout }) => stdout);
  }

  /** Sends one picture. @param query options of the request */
  async post(path: string, picture: Uint8Array, query = ''): Promise<Answer> {
    const sentAt = performance.now();
    const body = new Uint8Array(picture);
    const headers = { 'content-type': 'image/jpeg' };
    const response = await fetch(`${this.laptop.url}/${path}${query}`, { method: 'POST', body, headers });
    const text = await response.text();
    const { id, release } = response.ok ? JSON.parse(text) : {};
    const version: string | undefined = release?.function_version;
    const answeredAt = performance.now();
    return { status: response.status, sentAt, answeredAt, ...(version && { version }), ...(id && { id }) };
  }

  /** Sends so many pictures, two at a time. */
  async postMany(path: string, pictures: Pictures, count: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    const worker = async (share: number) => {
      for (let sent = 0; sent < share; sent += 1) answers.push(await this.post(path, pick(pictures, sent)));
    };
    await Promise.all([worker(Math.ceil(count / 2)), worker(Math.floor(count / 2))]);
    return answers;
  }

  /** Sends one picture after the other until it is stopped. */
  load(path: string, pictures: Pictures, { paceMs = PACE_MS } = {}): { stop(): Promise<Answer[]> } {
    const answers: Answer[] = [];
    let stopped = false;
    const run = (async () => {
      while (!stopped) {
        answers.push(await this.post(path, pick(pictures, answers.length)));
        await pause(paceMs);
      }
    })();
    const stop = async () => {
      stopped = true;
      await run;
      return answers;
    };
    return { stop };
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
    const load = this.load(endpoint, pictures, pace);
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

  /**
   * Puts all live traffic on another version, as an operator does.
   * @param running the version whose rollout runs; without it, there is none
   * @param to without it: the version that the running rollout keeps, or the one before the present
   * @returns the version that serves now
   */
  async rollback(endpoint: string, { running, to }: { running?: string; to?: string }): Promise<string> {
    // First the order, then the move: the other way round a tick in between takes it for a stranger's.
    if (running !== undefined) await this.control(endpoint, running, 'rollback');
    const { FunctionVersion, Description = '', RevisionId } = await this.alias(endpoint);
    const { previous } = JSON.parse(Description || '{}') as { previous?: string };
    const stable = running === undefined ? previous : (await this.status(endpoint))?.stable_version;
    const target = to ?? stable ?? FunctionVersion ?? '';
    await this.moveAlias(endpoint, {
      FunctionVersion: target,
      RoutingConfig: { AdditionalVersionWeights: {} },
      RevisionId,
      Description: JSON.stringify({ by: 'journey', at: new Date().toISOString() }),
    });
    return target;
  }

  /** What a caller gets. */
  async get(path: string): Promise<unknown> {
    return (await fetch(`${this.laptop.url}/${path}`)).json();
  }

  /** A human's decision after the request. */
  async decide(endpoint: string, id: string, count: number): Promise<void> {
    const init = { method: 'PUT', body: JSON.stringify({ count }), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${this.laptop.url}/${endpoint}/predictions/${id}/decision`, init);
    if (!response.ok) throw new Error(`expected the decision to be taken, received ${await response.text()}`);
  }

  /** Tells the running rollout what to do. */
  async control(endpoint: string, version: string, kind: ControlRecord['kind']): Promise<void> {
    const at = new Date().toISOString();
    const record: ControlRecord = { id: `${kind} at ${at}`, version, kind, by: 'journey', at };
    const Body = JSON.stringify(record);
    await this.s3.send(new PutObjectCommand({ Bucket: this.laptop.bucket, Key: KEYS.control(endpoint), Body }));
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
