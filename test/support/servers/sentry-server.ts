import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface SentryItem {
  type: string;
  /** What the envelope says of its event before the event. */
  announced?: string | undefined;
  payload: {
    event_id: string;
    release?: string;
    environment?: string;
    tags?: Record<string, string>;
    transaction?: string;
    spans?: { description: string }[];
    contexts?: Record<string, Record<string, unknown>>;
    profiler_id?: string;
    profile?: {
      samples: { stack_id: number }[];
      stacks: number[][];
      frames: { filename?: string; function: string }[];
    };
    exception?: { values: { type: string; value: string; stacktrace: { frames: { filename: string }[] } }[] };
  };
}

/** What Sentry's server would see: every byte of every request, its headers too. */
export interface SentryServer {
  dsn: string;
  seen: { raw: string; items: SentryItem[] }[];
  close(): Promise<void>;
}

export async function startSentryServer(): Promise<SentryServer> {
  const seen: SentryServer['seen'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      const text = (isZipped ? gunzipSync(body) : body).toString('utf8');
      seen.push({ raw: `${request.url} ${JSON.stringify(request.headers)} ${text}`, items: itemsOf(text) });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    dsn: `http://publickey@127.0.0.1:${port}/1`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An envelope is a line about itself, and then two lines an item: one about it, and the item. */
function itemsOf(envelope: string): SentryItem[] {
  const [header, ...lines] = envelope
    .split('\n')
    .map((line) => JSON.parse(line || '{}') as SentryItem & SentryItem['payload']);
  return lines.flatMap((line, index) => {
    const payload = lines[index + 1];
    return index % 2 === 0 && payload ? [{ type: line.type, announced: header?.event_id, payload }] : [];
  });
}
