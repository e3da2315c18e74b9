/** All HTTP APIs of the emulator, each with an address of its own, as on AWS. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen } from '../protocol/listen.ts';
import { HttpApi, type HttpApiDefinition, type HttpApiOptions } from './server.ts';

/** The first API has the port of the emulator, which listens from the start; each further one has any free port. */
export class HttpApis {
  private readonly options: HttpApiOptions;
  private readonly first: HttpApi;
  private readonly open = new Map<string, HttpApi>();

  constructor(options: HttpApiOptions) {
    this.options = options;
    this.first = new HttpApi(options);
  }

  /** The server of the first API. */
  get server(): Server {
    return this.first.server;
  }

  /** Creates an API, or finds it. @returns its address */
  async create(id: string): Promise<string> {
    const api = this.open.get(id) ?? (await this.start());
    this.open.set(id, api);
    return `http://localhost:${(api.server.address() as AddressInfo).port}`;
  }

  private async start(): Promise<HttpApi> {
    if (![...this.open.values()].includes(this.first)) return this.first;
    const api = new HttpApi(this.options);
    await listen([api.server], 0);
    return api;
  }

  /** Replaces the definition of an API, from the next request on. */
  define(id: string, definition: HttpApiDefinition): void {
    this.open.get(id)?.define(definition);
  }

  remove(id: string): void {
    const api = this.open.get(id);
    this.open.delete(id);
    api?.define({ routes: [] });
    if (api !== this.first) api?.server.close();
  }

  /** Accepts no further connection. */
  close(): void {
    for (const { server } of this.servers()) server.close();
  }

  closeAllConnections(): void {
    for (const { server } of this.servers()) server.closeAllConnections();
  }

  private servers(): Set<HttpApi> {
    return new Set([this.first, ...this.open.values()]);
  }
}
