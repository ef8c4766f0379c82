import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a provider calls through; each answer may get lost on the way back, after all was done. */
export interface BadLine {
  origin: string;
  /** How many of the next answers to calls whose address or body holds that get lost. */
  loses(what: string, times?: number): void;
  close(): Promise<void>;
}

export async function startBadLine(origin: () => string): Promise<BadLine> {
  const lost = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts).toString();
    const { authorization, 'content-type': type = '' } = request.headers;
    const answer = await fetch(`${origin()}${request.url}`, {
      method: request.method ?? 'POST',
      headers: { 'content-type': type, ...(authorization !== undefined && { authorization }) },
      body,
    });
    const text = await answer.text();
    const what = [...lost.keys()].find((part) => `${request.url} ${body}`.includes(part)) ?? '';
    const times = lost.get(what) ?? 0;
    if (times > 0) {
      lost.set(what, times - 1);
      return void request.socket.destroy();
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    loses: (what, times = 1) => void lost.set(what, times),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
