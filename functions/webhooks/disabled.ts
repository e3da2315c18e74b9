import { disabledKey } from '../events-contract.ts';
import type { Objects } from '../platform/objects.ts';

/** How long it takes until a note of another process is known. */
const FRESH_MS = 60_000;

/** Which destinations want no more events. The notes are in the bucket. */
export class Disabled {
  private readonly known = new Map<string, { readonly is: boolean; readonly at: number }>();
  private readonly objects: Pick<Objects, 'findJson' | 'putJson'>;
  private readonly now: () => number;

  constructor(objects: Pick<Objects, 'findJson' | 'putJson'>, now = () => performance.now()) {
    this.objects = objects;
    this.now = now;
  }

  /** @throws StoreUnavailableError */
  async has(destination: string): Promise<boolean> {
    const known = this.known.get(destination);
    if (known && this.now() - known.at < FRESH_MS) return known.is;
    const is = (await this.objects.findJson(disabledKey(destination))) !== undefined;
    this.known.set(destination, { is, at: this.now() });
    return is;
  }

  /** @throws StoreUnavailableError */
  async note(destination: string, about: Readonly<Record<string, unknown>>): Promise<void> {
    await this.objects.putJson(disabledKey(destination), { destination, at: new Date().toISOString(), ...about });
    this.known.set(destination, { is: true, at: this.now() });
  }
}
