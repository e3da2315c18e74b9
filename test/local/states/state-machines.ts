/** State machines in memory, with buckets that hold nothing but what a test puts. */

import type { Clock } from '../../../local/clock.ts';
import type { EventBuses } from '../../../local/events/bus.ts';
import type { Lambda } from '../../../local/lambda/invoker.ts';
import { AwsError, escapeXml } from '../../../local/protocol/aws-error.ts';
import { machinesIn, type StateMachines } from '../../../local/states/executions.ts';
import type { ObjectService } from '../../../local/states/map-buckets.ts';
import { Database } from '../../../local/storage/database.ts';

/** Objects of one bucket by key, as the emulated S3 answers with them. */
export class OneBucket implements ObjectService {
  readonly objects = new Map<string, string>();
  private readonly name: string;

  constructor(name = 'photos') {
    this.name = name;
  }

  bucket(name: string): void {
    if (name !== this.name) throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist');
  }

  read: ObjectService['read'] = async ({ query }, { key }) => {
    if (!key) return { status: 200, body: this.page(query) };
    const body = this.objects.get(key);
    if (body !== undefined) return { status: 200, body };
    return { status: 404, body: '<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>' };
  };

  change: ObjectService['change'] = async ({ body }, { key }) => {
    this.objects.set(key, body.toString());
    return { status: 200 };
  };

  /** Two objects a page, so that every test of more than two turns a page. */
  private page(query: URLSearchParams): string {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).toSorted();
    const start = Number(query.get('continuation-token') ?? 0);
    const contents = keys.slice(start, start + 2).map((key) => {
      const size = Buffer.byteLength(this.objects.get(key) ?? '');
      const tag = escapeXml(`"tag of ${key}"`);
      const about = `<LastModified>2026-11-26T10:00:00.000Z</LastModified><ETag>${tag}</ETag><Size>${size}</Size>`;
      return `<Contents><Key>${escapeXml(key)}</Key>${about}<StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const next = start + 2 < keys.length ? `<NextContinuationToken>${start + 2}</NextContinuationToken>` : '';
    return `<ListBucketResult>${contents.join('')}${next}</ListBucketResult>`;
  }
}

/** The machines of a database. A second call with the same database is a restart. */
export function machinesOf({
  lambda,
  clock,
  database = new Database(),
  objects = new OneBucket(),
  bus,
}: {
  readonly lambda: Pick<Lambda, 'invoke'>;
  readonly clock: Clock;
  readonly database?: Database;
  readonly objects?: ObjectService;
  /** Receives the changes of executions. */
  readonly bus?: Pick<EventBuses, 'put'>;
}): StateMachines {
  return machinesIn(database, { lambda: lambda as Lambda, clock, objects, ...(bus && { bus }) });
}
