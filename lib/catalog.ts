/** The tables of results in Athena: a database of Glue, a workgroup, named queries, and a policy for who queries. */

import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { COLUMNS } from '../functions/tables/schema.ts';
import { ATHENA_PREFIX, TABLE_KEYS, TABLE_NAMES, type TableName } from '../functions/tables-contract.ts';
import type { ResolvedDeployment } from './check-config.ts';
import { acknowledgeWildcards } from './nag.ts';
import { NAMED_QUERIES } from './named-queries.ts';

/** Input of the catalog. */
export interface CatalogProps {
  readonly deployment: ResolvedDeployment;
  readonly bucket: Bucket;
}

/** A query that would read more is cancelled: it costs $0.05 at most. Bytes. */
const MOST_BYTES_SCANNED = 10_000_000_000;

/** Partitions are computed from these properties, so that no crawler and no list of partitions is needed. */
const PROJECTED_DAYS_AHEAD = 1;

export class Catalog extends Construct {
  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    const { deployment, bucket } = props;
    // Without hyphens, which SQL would have to quote.
    const name = deployment.name.replaceAll('-', '_');
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name, description: `Results of ${deployment.name} as tables` },
    });
    for (const table of TABLE_NAMES)
      new CfnTable(this, idOf(table), tableOf(table, name, props)).addResourceDependency(database);
    const workgroup = this.workgroup(deployment.name, bucket);
    for (const query of NAMED_QUERIES) {
      const { description, sql: queryString } = query;
      new CfnNamedQuery(this, query.name, {
        ...{ name: query.name, description, queryString, database: name, workGroup: workgroup.name },
      }).addResourceDependency(workgroup);
    }
    const policy = this.policy(props, name);
    new CfnOutput(Stack.of(this), 'TablesWorkgroup', { value: workgroup.ref, description: 'Workgroup of Athena' });
    new CfnOutput(Stack.of(this), 'TablesDatabase', {
      value: database.ref,
      description: 'Tables of results in Athena',
    });
    new CfnOutput(Stack.of(this), 'TablesPolicy', {
      value: policy.managedPolicyArn,
      description: 'Attach it to who may query results in Athena',
    });
  }

  private workgroup(name: string, bucket: Bucket): CfnWorkGroup {
    return new CfnWorkGroup(this, 'Workgroup', {
      name,
      description: `Queries of results of ${name}`,
      // A deployment that is deleted takes its named queries with it.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: false,
        bytesScannedCutoffPerQuery: MOST_BYTES_SCANNED,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${bucket.bucketName}/${ATHENA_PREFIX}`,
          expectedBucketOwner: Aws.ACCOUNT_ID,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }

  /** @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html */
  private policy({ deployment, bucket }: CatalogProps, database: string): ManagedPolicy {
    const arn = (service: string, resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service, resource, resourceName });
    const answers = bucket.arnForObjects(`${ATHENA_PREFIX}*`);
    const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `Queries results of ${deployment.name} in Athena`,
      statements: [
        allow(
          ['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults', 'GetWorkGroup'].map(
            (action) => `athena:${action}`,
          ),
          [arn('athena', 'workgroup', deployment.name)],
        ),
        allow(
          ['ListQueryExecutions', 'ListNamedQueries', 'GetNamedQuery', 'BatchGetNamedQuery'].map(
            (action) => `athena:${action}`,
          ),
          [arn('athena', 'workgroup', deployment.name)],
        ),
        allow(
          ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartitions'],
          [
            Stack.of(this).formatArn({ service: 'glue', resource: 'catalog' }),
            arn('glue', 'database', database),
            arn('glue', 'table', `${database}/*`),
          ],
        ),
        allow(['s3:ListBucket', 's3:GetBucketLocation'], [bucket.bucketArn]),
        allow(
          ['s3:GetObject'],
          [...TABLE_NAMES.map((table) => bucket.arnForObjects(`${TABLE_KEYS.table(table)}*`)), answers],
        ),
        allow(['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], [answers]),
      ],
    });
    acknowledgeWildcards(this, {
      allowed: (resource) => /\/(?:tables\/\w+|athena)\/\*$/.test(resource) || resource.endsWith(`/${database}/*`),
      reason: 'Files and answers have names that do not exist yet; the tables are those of one database.',
    });
    return policy;
  }
}

function idOf(table: TableName): string {
  return `${table.charAt(0).toUpperCase()}${table.slice(1)}`;
}

/** @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html */
function tableOf(table: TableName, databaseName: string, { deployment, bucket }: CatalogProps) {
  const location = `s3://${bucket.bucketName}/${TABLE_KEYS.table(table)}`;
  const { tables: days } = deployment.lifetimeDays;
  return {
    catalogId: Aws.ACCOUNT_ID,
    databaseName,
    tableInput: {
      name: table,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [
        { name: 'endpoint', type: 'string' },
        { name: 'day', type: 'string', comment: 'UTC' },
      ],
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'parquet',
        'projection.enabled': 'true',
        'projection.endpoint.type': 'enum',
        'projection.endpoint.values': deployment.endpoints.map(({ settings }) => settings.name).join(','),
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': `NOW-${days}DAYS,NOW+${PROJECTED_DAYS_AHEAD}DAYS`,
        'storage.location.template': `${location}endpoint=\${endpoint}/day=\${day}/`,
      },
      storageDescriptor: {
        location,
        columns: COLUMNS[table].map(({ name, type, meaning: comment }) => ({ name, type, comment })),
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      },
    },
  };
}
