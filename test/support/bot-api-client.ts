import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Message, Update } from 'grammy/types';
import type { Sandbox } from '../../sandbox/sandbox.ts';

export interface ApiAnswer {
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** A bot that speaks to the sandbox in plain HTTP. */
export class BotApiClient {
  readonly #root: string;

  constructor(sandbox: Sandbox, token: string) {
    this.#root = `${sandbox.apiRoot}/bot${token}`;
  }

  /** The whole answer, whatever it is. */
  async ask(method: string, params: object = {}): Promise<ApiAnswer> {
    const response = await fetch(`${this.#root}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
    return (await response.json()) as ApiAnswer;
  }

  async askForm(method: string, body: FormData | URLSearchParams): Promise<ApiAnswer> {
    const response = await fetch(`${this.#root}/${method}`, { method: 'POST', body });
    return (await response.json()) as ApiAnswer;
  }

  /** The error's text, or `ok`. */
  async hear(method: string, params: object = {}): Promise<string> {
    const answer = await this.ask(method, params);
    return answer.ok ? 'ok' : (answer.description ?? 'an error without a word');
  }

  /** The result; throws what Telegram says instead. */
  async get<T>(method: string, params: object = {}): Promise<T> {
    const answer = await this.ask(method, params);
    if (!answer.ok) throw new Error(answer.description);
    return answer.result as T;
  }

  async send(chatId: number, text: string, more: object = {}): Promise<Message> {
    return await this.get<Message>('sendMessage', { chat_id: chatId, text, ...more });
  }

  /** Everything that waits, left waiting. */
  async updates(): Promise<Update[]> {
    return await this.get<Update[]>('getUpdates');
  }
}

export interface Receiver {
  url: string;
  updates: Update[];
  headers: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** A webhook on loopback. `answer` gives the status, when it likes. */
export async function startReceiver(
  answer: (update: Update, attempt: number) => number | Promise<number> = () => 200,
  port = 0,
): Promise<Receiver> {
  const updates: Update[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const receive = async (body: string): Promise<number> => {
    const update = JSON.parse(body) as Update;
    updates.push(update);
    const attempt = updates.filter(({ update_id }) => update_id === update.update_id).length;
    return await answer(update, attempt);
  };
  const server = createServer((request, response) => {
    headers.push(request.headers);
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => void receive(body).then((status) => response.writeHead(status).end()));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    updates,
    headers,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
