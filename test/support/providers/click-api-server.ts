import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call of Click's API for merchants, as it came. */
interface ClickApiCall {
  method: string;
  path: string;
  auth: string;
}

type ClickApiAnswer = { status: number; body?: unknown } | 'hangs up';

/** Click's API for merchants, which answers what a test says. */
export interface ClickApiServer {
  root: string;
  calls: ClickApiCall[];
  /** To each further call the next of these, and the last one to all that follow. */
  answers(...next: ClickApiAnswer[]): void;
  close(): Promise<void>;
}

export async function startClickApi(): Promise<ClickApiServer> {
  const calls: ClickApiCall[] = [];
  let waiting: ClickApiAnswer[] = [];
  const server = createServer((request, response) => {
    calls.push({ method: request.method ?? '', path: request.url ?? '', auth: headerOf(request) });
    const [answer = { status: 500 }] = waiting.length > 1 ? waiting.splice(0, 1) : waiting;
    if (answer === 'hangs up') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    root: `http://127.0.0.1:${port}/v2/merchant`,
    calls,
    answers: (...next) => {
      waiting = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What Click expects of a caller at that moment, in whole seconds. */
export function clickAuth(merchantUserId: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `${merchantUserId}:${createHash('sha1').update(`${seconds}${secret}`).digest('hex')}:${seconds}`;
}

function headerOf(request: IncomingMessage): string {
  const { auth } = request.headers;
  return typeof auth === 'string' ? auth : '';
}
