import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A Bot API that says yes to everything, at the least cost. `SERVED` is the origin that every bot's webhook shows;
 * bots below `FIRST_BOT` belong to the Telegram at `ELSEWHERE`, if there is one.
 */
const { PORT, SERVED = '', FIRST_BOT = '0', ELSEWHERE } = process.env;
const ALLOWED = ['message', 'edited_message', 'callback_query', 'my_chat_member', 'chat_member'];
const counts = new Map<string, number>();
const watchers = new Map<string, ServerResponse[]>();
/** Every file is a picture of that size: as large as one may be that a bot reads. */
const FILE_BYTES = 20_000_000;
const PIECE = Buffer.alloc(65_536, 1);
let messageId = 0;

function resultOf(method: string, botId: string, body: () => Record<string, unknown>): unknown {
  switch (method) {
    case 'getMe':
      return { id: Number(botId), is_bot: true, first_name: 'Bot', username: `bot_${botId}_bot` };
    case 'getWebhookInfo':
      return { url: `${SERVED}/webhook/${botId}`, pending_update_count: 0, allowed_updates: ALLOWED };
    case 'getChat':
      return { id: Number(body()['chat_id']), type: 'channel', title: 'Club' };
    case 'getChatMember':
      return { status: 'member', user: { id: 1, is_bot: false, first_name: 'Somebody' } };
    case 'getFile':
      return { file_id: 'file', file_unique_id: 'file', file_size: FILE_BYTES, file_path: 'photos/file.jpg' };
    case 'sendMessage':
      messageId += 1;
      return { message_id: messageId, date: 1_795_000_000, chat: { id: 1, type: 'private' }, text: 'Hello' };
    default:
      return true;
  }
}

function answer(response: ServerResponse, result: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ok: true, result }));
}

function* pieces(): Generator<Buffer> {
  yield Buffer.from([0xff, 0xd8, 0xff]);
  for (let sent = 0; sent < FILE_BYTES; sent += PIECE.length) yield PIECE;
}

/** `GET /count/<bot>/<method>` at once, `/next/...` when it is called the next time. */
function tell(path: string, response: ServerResponse): void {
  const [, question, call = ''] = /^\/(count|next)\/(.+)$/.exec(path) ?? [];
  if (question === 'count') answer(response, counts.get(call) ?? 0);
  else if (question === 'next') watchers.set(call, [...(watchers.get(call) ?? []), response]);
  else response.writeHead(404).end();
}

function note(call: string): void {
  const count = (counts.get(call) ?? 0) + 1;
  counts.set(call, count);
  const waiting = watchers.get(call);
  if (!waiting) return;
  watchers.delete(call);
  for (const response of waiting) answer(response, count);
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const target = new URL(request.url ?? '/', ELSEWHERE);
  const passed = forward(target, { method: request.method, headers: request.headers }, (got) => {
    response.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(response);
  });
  // A connection that was cut there is cut here.
  passed.on('error', () => request.socket.destroy());
  request.pipe(passed);
}

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  const [, botId = '', method = ''] = /^\/bot(\d+):[^/]+\/(\w+)/.exec(path) ?? [];
  if (method === '' && !path.startsWith('/file/')) return tell(path, response);
  if (ELSEWHERE !== undefined && Number(botId) < Number(FIRST_BOT)) return passOn(request, response);
  if (method === '') {
    Readable.from(pieces(), { objectMode: false }).pipe(response);
    return;
  }
  // Parsed for those few methods whose answer hangs on it.
  const chunks: Buffer[] = [];
  const body = () => JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    note(`${botId}/${method}`);
    answer(response, resultOf(method, botId, body));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), '127.0.0.1');
