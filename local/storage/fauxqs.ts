/**
 * fauxqs with its state on disk, and without a port. Its own start with a `dataDir` listens on all interfaces, so this
 * puts the same parts together; they are not exported, hence the paths. The version of the package is exact.
 */

import { buildApp } from 'fauxqs';
import type { ObjectBodies } from './object-bodies.ts';
import { keepObjects } from './object-index.ts';
import type { S3Store } from './object-record.ts';
import { type RegisterRoutes, S3Routes } from './s3-routes.ts';

export type App = ReturnType<typeof buildApp>;

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type SqsStore = Stores['sqsStore'];
type Persistence = NonNullable<SqsStore['persistence']>;

/**
 * Messages that were being handled are visible at once, because the functions that handled them have ended. That is no
 * failure of a message, so it does not count as a receive, after some of which it becomes a dead letter.
 */
const RETURN_MESSAGES = `UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL,
  approximate_receive_count = MAX(0, approximate_receive_count - 1) WHERE receipt_handle IS NOT NULL`;

/** Where fauxqs keeps its state. */
export interface FauxqsState {
  /** Folder of the queues' database; absent: queues are in memory. */
  readonly queues?: string;
  /** Of the objects. */
  readonly bodies: ObjectBodies;
}

/** In an object, because an application is a promise of its own start. */
export interface Fauxqs {
  /** Serves SQS. */
  readonly app: App;
  readonly routes: S3Routes;
}

/** Loads what was stored, and stores every change before it is answered. */
export async function openFauxqs({ queues, bodies }: FauxqsState): Promise<Fauxqs> {
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }, { registerS3Routes }] = await Promise.all([
    internal<{ SqsStore: new () => SqsStore }>('sqs/sqsStore.js'),
    internal<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js'),
    internal<{ S3Store: new () => S3Store }>('s3/s3Store.js'),
    internal<{ PersistenceManager: new (folder: string) => Persistence }>('persistence.js'),
    internal<{ registerS3Routes: RegisterRoutes }>('s3/s3Router.js'),
  ]);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // Because the store would store again what it loads, it gets its persistence afterwards.
  const persistence = queues === undefined ? undefined : new PersistenceManager(queues);
  if (persistence) keepQueues(persistence, stores);
  keepObjects(stores.s3Store, bodies);
  const app = buildApp({ logger: false, stores });
  if (persistence) app.addHook('preClose', async () => persistence.close());
  return { app, routes: new S3Routes(registerS3Routes, stores.s3Store) };
}

function keepQueues(persistence: Persistence, { sqsStore, snsStore }: Pick<Stores, 'sqsStore' | 'snsStore'>): void {
  const { db } = persistence as unknown as { readonly db: { exec(sql: string): void } };
  // As in `database.ts`, with the same reason.
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec(RETURN_MESSAGES);
  persistence.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
}

function internal<T>(path: string): Promise<T> {
  return import(new URL(path, import.meta.resolve('fauxqs')).href);
}
