/** The state of one emulator: its database, objects and queues. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from './database.ts';
import { ObjectBodies } from './object-bodies.ts';
import { Store } from './store.ts';

/** Where the state is. */
export interface StateFolders {
  /** Folder that stays after the end of the emulator. Undefined: nothing stays. */
  readonly durable: string | undefined;
  /** Folder that is removed at its end. */
  readonly temporary: string;
}

export class State {
  readonly database: Database;
  readonly store: Store;
  private readonly bodies: ObjectBodies;
  /** The emulator's clock when the state was saved last; undefined for a new state. */
  readonly savedAt: Date | undefined;
  private closed: Promise<void> | undefined;

  private constructor(database: Database, bodies: ObjectBodies, store: Store) {
    this.database = database;
    this.bodies = bodies;
    this.store = store;
    const [saved] = database.table<string>('clock').entries();
    this.savedAt = saved && new Date(saved[1]);
  }

  /** @throws StateInUseError, StateFormatError */
  static async open({ durable, temporary }: StateFolders): Promise<State> {
    const folder = durable ?? join(temporary, 'state');
    mkdirSync(folder, { recursive: true });
    const database = new Database(folder);
    const bodies = new ObjectBodies(join(folder, 'objects'), database);
    const store = await Store.open({ bodies, ...(durable !== undefined && { queues: durable }) });
    return new State(database, bodies, store);
  }

  /** Notes the time of the emulator's clock, which goes on from there. */
  save(now: Date): void {
    this.database.table<string>('clock').put('now', now.toISOString());
  }

  /** Overwrites what was deleted until now. */
  overwriteFreed(): Promise<void> {
    return this.bodies.overwriteFreed();
  }

  /** Gives back the disk that deleted objects took. */
  compact(): Promise<void> {
    return this.bodies.compact();
  }

  /** A second call waits for the first. */
  close(): Promise<void> {
    this.closed ??= this.store.stop().then(() => {
      this.bodies.close();
      this.database.close();
    });
    return this.closed;
  }
}

/** Removes a state, so that the next start begins with none. @throws StateInUseError */
export function removeState(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // So that the state of an emulator that runs stays.
  new Database(folder, { anyFormat: true }).close();
  rmSync(folder, { recursive: true });
}
