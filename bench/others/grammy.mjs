import Fastify from 'fastify';
import { Bot, webhookCallback } from 'grammy';

/** The least that grammY can do with an update by its own means: its handler for Fastify, one bot, one call. */
const { PORT, BOT_TOKEN, TELEGRAM_API_ROOT, SECRET } = process.env;
const id = Number(BOT_TOKEN.split(':')[0]);

const bot = new Bot(BOT_TOKEN, {
  client: { apiRoot: TELEGRAM_API_ROOT },
  botInfo: { id, is_bot: true, first_name: 'Echo', username: 'echo_bot' },
});
bot.on('message:text', (context) => context.reply(context.message.text));

const app = Fastify({ logger: false });
app.post(`/webhook/${id}`, webhookCallback(bot, 'fastify', { secretToken: SECRET }));
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
