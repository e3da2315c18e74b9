import { join } from 'node:path';
import { InvalidOptionsError, shown } from '../api/errors.ts';
import type { EndpointSettings } from '../contract.ts';
import { loadModel, type Model } from '../detection/model.ts';

/** The models of one endpoint, each loaded once per process. */
export class Models {
  private readonly settings: EndpointSettings;
  private readonly folder: string;
  private readonly loading = new Map<string, Promise<Model>>();

  constructor(settings: EndpointSettings, folder: string) {
    this.settings = settings;
    this.folder = folder;
  }

  /**
   * The endpoint's first model, for callers that cannot name one.
   * @throws ModelPackageError when the package is not sound.
   */
  first(): Promise<Model> {
    return this.load(this.settings.models[0]);
  }

  /**
   * The model that a request names. A `predict` endpoint wants a name (the course lab's contract); a `count` endpoint
   * has one model, so naming another would have no effect and is refused.
   * @throws InvalidOptionsError, ModelPackageError
   */
  named(name: string | undefined): Promise<Model> {
    this.check(name);
    return this.load(name ?? this.settings.models[0]);
  }

  /** Refuses what `named` refuses, and loads nothing. @throws InvalidOptionsError */
  check(name: string | undefined): void {
    if (name === undefined ? this.settings.kind === 'count' : this.settings.models.includes(name)) return;
    const received = name === undefined ? 'none' : shown(name);
    throw new InvalidOptionsError([
      { field: 'model', expected: `one of ${this.settings.models.join(', ')}`, received },
    ]);
  }

  /** Every model of the endpoint, with the folder of its package. @throws ModelPackageError */
  all(): Promise<readonly { readonly folder: string; readonly model: Model }[]> {
    const each = this.settings.models.map(async (name) => ({
      folder: join(this.folder, name),
      model: await this.load(name),
    }));
    return Promise.all(each);
  }

  private load(name: string): Promise<Model> {
    const known = this.loading.get(name);
    if (known) return known;
    const model = loadModel(join(this.folder, name));
    this.loading.set(name, model);
    // A rejected load must not be remembered: the next request should see the fault afresh, not a stale one.
    model.catch(() => this.loading.delete(name));
    return model;
  }
}
