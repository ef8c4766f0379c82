import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** Stands before a server on loopback, so that a test can take the server away and bring it back. */
export interface ServerProxy {
  /** The server's URL, but through the proxy. */
  url: string;
  /** Ends every connection and accepts none. */
  cut(): Promise<void>;
  /** Accepts connections again, at the same address. */
  restore(): Promise<void>;
  /** Keeps the connections but lets nothing through any more. */
  stall(): void;
}

export async function startProxy(serverUrl: string): Promise<ServerProxy> {
  const url = new URL(serverUrl);
  const target = Number(url.port);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = createConnection(target, '127.0.0.1');
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      // An end of either side ends the other, whatever it came by.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  url.port = String(port);
  return {
    url: url.href,
    cut: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
    restore: () => listen(port),
    stall: () => {
      for (const socket of sockets) socket.pause().unpipe();
    },
  };
}
