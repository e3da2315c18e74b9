import type { ObjectVersion, VersionStore } from '../../../cli/erase/object-versions.ts';

/** A versioned bucket in memory. */
export class MemoryVersions implements VersionStore {
  readonly bucket = 'bucket';
  /** Keys in the order of their deletions. */
  readonly removed: string[] = [];
  /** Deletions of keys that match fail. */
  failing: RegExp | undefined;
  /** Called before each list. */
  onList: () => void = () => undefined;
  /** Newest first. */
  private versions: ObjectVersion[] = [];
  private count = 0;

  /** Stores a version. @returns its id */
  put(key: string, bytes = 10): string {
    return this.add({ key, isDeleteMarker: false, bytes, etag: 'etag' });
  }

  /** Deletes an object as lifecycle rules do: leaves a marker. @returns its id */
  mark(key: string): string {
    return this.add({ key, isDeleteMarker: true, bytes: 0, etag: '' });
  }

  keys(): string[] {
    return this.versions.map(({ key }) => key).toSorted();
  }

  async *each(prefix: string): AsyncGenerator<ObjectVersion> {
    this.onList();
    yield* this.versions.filter(({ key }) => key.startsWith(prefix));
  }

  async folders(prefix: string): Promise<string[]> {
    const below = this.keys().filter((key) => key.startsWith(prefix) && key.slice(prefix.length).includes('/'));
    return [...new Set(below.map((key) => `${prefix}${key.slice(prefix.length).split('/')[0]}/`))];
  }

  async remove({ key, id }: Pick<ObjectVersion, 'key' | 'id'>): Promise<void> {
    if (this.failing?.test(key)) throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
    this.versions = this.versions.filter((version) => version.id !== id || version.key !== key);
    this.removed.push(key);
  }

  private add(version: Omit<ObjectVersion, 'id'>): string {
    this.count += 1;
    const id = `version-${this.count}`;
    this.versions.unshift({ ...version, id });
    return id;
  }
}
