import type { Server } from 'node:http';

/**
 * Time that an idle connection stays open, ms. Node's 5 s are so short that busy clients often send a request on a
 * connection which is being closed.
 */
export const KEEP_ALIVE_MS = 60_000;

/** Another process listens on the port. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly port: number;
  constructor(port: number) {
    super(`Expected a free port for PORT, received ${port}: another program listens there.`);
    this.port = port;
  }
}

/**
 * Lets servers listen on consecutive ports of 127.0.0.1, so that only this machine can reach them.
 * @param firstPort 0: any free ports
 * @returns the ports
 * @throws PortInUseError
 */
export async function listen(servers: readonly Server[], firstPort: number): Promise<number[]> {
  const ports: number[] = [];
  for (const [i, server] of servers.entries()) ports.push(await listenOn(server, firstPort && firstPort + i));
  return ports;
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
