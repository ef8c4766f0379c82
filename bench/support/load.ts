import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A whole HTTP request, ready to be sent. */
export type NextRequest = () => string;

const ANSWER_LIMIT_MS = 30_000;

/** One kept connection that asks one thing at a time. Written by hand, so that the load costs little beside what it loads. */
class Connection {
  readonly #socket: Socket;
  #received = '';
  /** The server may close what was idle for long. */
  isOpen = true;
  #settle: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.setTimeout(ANSWER_LIMIT_MS, () => this.#socket.destroy(new Error('No answer in time')));
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', (error) => this.#settle?.reject(error));
    this.#socket.on('close', () => {
      this.isOpen = false;
      this.#settle?.reject(new Error('The connection was closed'));
    });
  }

  /** @returns the status */
  ask(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    const endOfHead = this.#received.indexOf('\r\n\r\n');
    if (endOfHead < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1] ?? 0);
    if (this.#received.length < endOfHead + 4 + length) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = '';
    this.#settle?.resolve(status);
  }
}

export interface Load {
  port: number;
  next: NextRequest;
}

/**
 * As many as fit: each connection asks again as soon as it is answered.
 * @returns answered a second, and how many were not answered with 200
 */
export async function loadFully(
  { port, next }: Load,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<{ perSecond: number; answered: number; failed: number }> {
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  let answered = 0;
  let failed = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new Connection(port);
      while (performance.now() < end) {
        if ((await connection.ask(next())) === 200) answered += 1;
        else failed += 1;
      }
      connection.close();
    }),
  );
  return { perSecond: answered / ((performance.now() - startedAt) / 1000), answered, failed };
}

/** One after another on one connection. @returns milliseconds of each */
export async function askInTurn(
  { port }: Pick<Load, 'port'>,
  requests: readonly string[],
): Promise<number[]> {
  const connection = new Connection(port);
  const times: number[] = [];
  for (const request of requests) {
    const startedAt = performance.now();
    const status = await connection.ask(request);
    if (status !== 200) throw new Error(`The answer was ${status}`);
    times.push(performance.now() - startedAt);
  }
  connection.close();
  return times;
}

/**
 * So many a second, whether or not the ones before are answered: a slow answer holds up nothing that comes after it.
 * @returns milliseconds from the sending of each to its answer
 */
export async function loadSteadily(
  { port, next }: Load,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<{ times: number[]; failed: number }> {
  const idle: Connection[] = [];
  const asking: Promise<void>[] = [];
  const times: number[] = [];
  let failed = 0;
  const ask = async (): Promise<void> => {
    let connection = idle.pop();
    while (connection && !connection.isOpen) connection = idle.pop();
    connection ??= new Connection(port);
    const sentAt = performance.now();
    // Whoever asked for the load decides what a lost connection means.
    const status = await connection.ask(next()).catch((error: Error) => error);
    if (status !== 200) failed += 1;
    times.push(performance.now() - sentAt);
    idle.push(connection);
  };
  const startedAt = performance.now();
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const dueInMs = startedAt + (number * 1000) / perSecond - performance.now();
    if (dueInMs > 0) await sleep(dueInMs);
    asking.push(ask());
  }
  await Promise.all(asking);
  for (const connection of idle) connection.close();
  return { times, failed };
}
