import { join } from 'node:path';
import { InvalidOptionsError, shown } from '../api/errors.ts';
import type { EndpointSettings } from '../contract.ts';
import { type LoadOptions, loadModel, type Model } from '../detection/model.ts';

/** The models of one endpoint, each loaded once per process. */
export class Models {
  private readonly settings: EndpointSettings;
  private readonly folder: string;
  private readonly options: LoadOptions;
  private readonly loading = new Map<string, Promise<Model>>();

  /** @param folder that holds the model packages, one folder each */
  constructor(settings: EndpointSettings, folder: string, options: LoadOptions = {}) {
    this.settings = settings;
    this.folder = folder;
    this.options = options;
  }

  /**
   * Rejects a name that is not a model of the endpoint, and loads nothing.
   * @param name default: the endpoint's first model, unless a name is `required`
   * @throws InvalidOptionsError
   */
  check(name: string | undefined, { required = false } = {}): void {
    if (name === undefined ? !required : this.settings.models.includes(name)) return;
    const received = name === undefined ? 'none' : shown(name);
    throw new InvalidOptionsError([
      { field: 'model', expected: `one of ${this.settings.models.join(', ')}`, received },
    ]);
  }

  /**
   * The model of that name; without one, the endpoint's first model.
   * @throws InvalidOptionsError, ModelPackageError
   */
  async load(name?: string): Promise<Model> {
    this.check(name);
    return this.loadOnce(name ?? this.settings.models[0]);
  }

  /** Names of the endpoint's models, the default one first. */
  get names(): EndpointSettings['models'] {
    return this.settings.models;
  }

  /** The folder of a model's package. @param name one of `names` */
  folderOf(name: string): string {
    return join(this.folder, name);
  }

  private loadOnce(name: string): Promise<Model> {
    const known = this.loading.get(name);
    if (known) return known;
    const model = loadModel(this.folderOf(name), this.options);
    this.loading.set(name, model);
    // So that the next request tries again, and reports the present error instead of an old one.
    model.catch(() => this.loading.delete(name));
    return model;
  }
}
