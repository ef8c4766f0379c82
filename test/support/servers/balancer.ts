import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Agent, request } from 'undici';

/** Stands before several servers on loopback, as a load balancer does: each request goes to the next of them. */
export interface Balancer {
  /** From now on requests go to these. */
  serves(origins: readonly string[]): void;
  /** How many requests it has given to a server so far. */
  readonly passed: number;
  /** Hangs up on everybody: what was asked for goes on, and no answer comes. */
  hangsUp(): void;
  close(): Promise<void>;
}

export async function startBalancer(port: number): Promise<Balancer> {
  let targets: readonly string[] = [];
  let next = 0;
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const lastOf = new WeakMap<Socket, Promise<void>>();

  /** Like any balancer it reads a connection's next request only when the one before is answered. */
  const server = createServer((incoming, outgoing) => {
    const before = lastOf.get(incoming.socket) ?? Promise.resolve();
    const mine = before.then(() => pass(incoming, outgoing));
    lastOf.set(incoming.socket, mine);
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const target = targets[next % targets.length];
    next += 1;
    try {
      if (target === undefined) throw new Error('Nobody serves');
      await forward(target, incoming, outgoing, agent);
    } catch {
      // Whatever it was, for the caller it is a bad gateway; and a caller who is gone hears nothing.
      if (!outgoing.headersSent) outgoing.writeHead(502).end();
    }
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    serves(origins) {
      targets = origins;
    },
    get passed() {
      return next;
    },
    hangsUp: () => server.closeAllConnections(),
    async close() {
      server.close();
      server.closeAllConnections();
      await agent.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** As balancers do by default: the whole request first, then the whole answer. */
async function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  dispatcher: Agent,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
  const answer = await request(new URL(incoming.url ?? '/', target), {
    dispatcher,
    method: (incoming.method ?? 'GET') as 'GET',
    headers: Object.fromEntries(headers),
    body: chunks.length > 0 ? Buffer.concat(chunks) : null,
  });
  outgoing.writeHead(answer.statusCode).end(await answer.body.text());
}

/** What two neighbours say to each other, and nobody passes on. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'host',
]);
