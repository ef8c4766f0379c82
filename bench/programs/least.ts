import Fastify from 'fastify';
import pg from 'pg';
import { Agent } from 'undici';

/**
 * The least that a bot can do which knows anybody: it asks the database one question, says one thing, and thanks. Nobody who
 * answers a webhook with a message that depends on who writes gets below its times.
 */
const { PORT, DATABASE_URL, TELEGRAM_API_ROOT } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 });
const telegram = new Agent({ connections: 64 });
const headers = { 'content-type': 'application/json' };
const body = JSON.stringify({ chat_id: 1, text: 'Hello' });

const app = Fastify({ logger: false });
app.post<{ Params: { botId: string }; Body: { message: { from: { id: number } } } }>(
  '/webhook/:botId',
  async (request, reply) => {
    await pool.query({
      name: 'find-person',
      text: `SELECT e.id FROM end_users e JOIN user_bots b ON b.id = e.user_bot_id
              WHERE e.telegram_id = $1 AND b.telegram_bot_id = $2`,
      values: [request.body.message.from.id, request.params.botId],
    });
    const answer = await telegram.request({
      origin: TELEGRAM_API_ROOT ?? '',
      path: `/bot${request.params.botId}:token/sendMessage`,
      method: 'POST',
      headers,
      body,
    });
    await answer.body.json();
    return reply.code(200).send();
  },
);
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
