/**
 * Compacts the results that the deployed stacks have stored, and queries the tables in MiniStack's Athena (which runs
 * DuckDB) by the definitions of the stacks: the named queries give the numbers of `npm run query`, and of a plain count
 * over the results. MiniStack's CloudFormation knows no named queries, so these are made by the API.
 *
 *   node test/deploy/athena.ts <outputs of cdk deploy>
 */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { synthesizeTemplates } from '../../cli/costs/templates.ts';
import { tablesOfBucket } from '../../cli/query/bucket-results.ts';
import { Database } from '../../cli/query/database.ts';
import { compactSome } from '../../functions/compaction/compact-some.ts';
import { listObjects } from '../../functions/platform/object-list.ts';
import { Objects } from '../../functions/platform/objects.ts';
import { checkConfig } from '../../lib/check-config.ts';
import { deployment } from '../../lib/endpoints.ts';
import { NAMED_QUERIES } from '../../lib/named-queries.ts';
import { eventually, step } from './step.ts';

const ENDPOINT = process.env.AWS_ENDPOINT_URL ?? '';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const [file = ''] = process.argv.slice(2);
const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
const bucket = Object.values(outputs).find(({ BucketName }) => BucketName)?.BucketName ?? '';
const client = new S3Client({ forcePathStyle: true, credentials });
const objects = new Objects(bucket, client);
const workspace = mkdtempSync(join(tmpdir(), 'athena-'));
const WORKGROUP = deployment.name;
const DATABASE = deployment.name.replaceAll('-', '_');

try {
  await step('the database, the tables and the workgroup of the stacks are accepted', makeCatalog);
  await step('the results of the deployed stacks are compacted', compactAll);
  for (const query of NAMED_QUERIES) {
    await step(`Athena and DuckDB answer ${query.name} alike`, () => compareAnswers(query.name, query.sql));
  }
  await step('Athena counts the stored results', countResults);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

/** A stack of the platform's resources of Glue and Athena, in the bucket that was deployed. */
async function makeCatalog(): Promise<void> {
  const platform = synthesizeTemplates(checkConfig({ ...deployment, tables: true })).get('Platform');
  const parts = Object.entries(platform?.Resources ?? {}).filter(([, { Type }]) =>
    /^AWS::(?:Glue::(?:Database|Table)|Athena::WorkGroup)$/.test(Type),
  );
  assert.equal(parts.length, 5);
  const text = JSON.stringify(Object.fromEntries(parts));
  const template = text.replaceAll(/\{"Ref":"StorageBucket\w+"\}/g, JSON.stringify(bucket));
  const stacks = new CloudFormationClient({ credentials });
  const TemplateBody = JSON.stringify({ Resources: JSON.parse(template) });
  await stacks.send(new CreateStackCommand({ StackName: 'tables', TemplateBody }));
  const status = await eventually('the stack of the tables', async () => {
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName: 'tables' }));
    const found = Stacks[0]?.StackStatus;
    return found?.endsWith('_IN_PROGRESS') ? undefined : found;
  });
  assert.equal(status, 'CREATE_COMPLETE');
}

async function compactAll(): Promise<void> {
  const clock = { now: () => new Date() };
  const answer = await compactSome({}, { objects, client, clock, workspace, execution: 'test' });
  assert.equal(answer.next, 'end');
}

async function compareAnswers(name: string, sql: string): Promise<void> {
  const { NamedQueryId } = await athena('CreateNamedQuery', {
    ...{ Name: name, Database: DATABASE, QueryString: sql, WorkGroup: WORKGROUP },
  });
  const { NamedQuery } = await athena('GetNamedQuery', { NamedQueryId });
  const found = await runInAthena((NamedQuery as { QueryString: string }).QueryString);
  assert.deepEqual(found, await runInDuckDb(sql));
}

async function countResults(): Promise<void> {
  const listed = await Array.fromAsync(listObjects(client, bucket, 'results/'));
  const results = (await Promise.all(listed.map(({ key }) => objects.getJson(key)))) as { count?: number }[];
  assert.ok(results.length > 0);
  const sum = results.reduce((total, { count = 0 }) => total + count, 0);
  const expected = [[String(results.length), String(sum)]];
  assert.deepEqual(await runInAthena('select count(*), sum(count) from pictures'), expected);
  assert.deepEqual(await runInAthena('select count(*) from objects'), [[String(sum)]]);
}

async function runInAthena(sql: string): Promise<string[][]> {
  const { QueryExecutionId } = await athena('StartQueryExecution', {
    ...{ QueryString: sql, WorkGroup: WORKGROUP, QueryExecutionContext: { Database: DATABASE } },
  });
  await eventually(`an answer of Athena to ${sql}`, async () => {
    const { QueryExecution } = await athena('GetQueryExecution', { QueryExecutionId });
    const { State, StateChangeReason } = (QueryExecution as { Status: Record<string, string> }).Status;
    if (State === 'FAILED') throw new Error(`Expected an answer to ${sql}, received ${StateChangeReason}`);
    return State === 'SUCCEEDED' ? true : undefined;
  });
  const { ResultSet } = await athena('GetQueryResults', { QueryExecutionId });
  const rows = (ResultSet as { Rows: { Data: { VarCharValue?: string }[] }[] }).Rows;
  // The first row has the names of the columns.
  return rows.slice(1).map(({ Data }) => Data.map(({ VarCharValue = '' }) => comparable(VarCharValue)));
}

async function runInDuckDb(sql: string): Promise<string[][]> {
  const target = mkdtempSync(join(workspace, 'query-'));
  const selection = { since: '', most: 1000 };
  await tablesOfBucket({ s3: client, bucket }, selection, { target, workspace }, { note: () => {} });
  const database = await Database.open(workspace);
  await database.attach(target);
  const rows = (await Array.fromAsync((await database.query(sql)).rows)).flat();
  database.close();
  return rows.map((row) => row.map((value) => comparable(value === null ? '' : String(value))));
}

/** MiniStack shows times with their zone, as `2026-11-26 10:00:00+00:00`; numbers of `double` as `3.0`. */
function comparable(text: string): string {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? String(Number(text)) : text.replace(/\+00:00$/, '');
}

/** A call of Athena's API, whose client is no dependency of this project. */
async function athena(operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonAthena.${operation}`,
      // MiniStack takes account and service from it, and checks no signature.
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20261126/us-east-1/athena/aws4_request',
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}
