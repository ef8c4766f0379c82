import Fastify from 'fastify';
import { Bot, webhookHandler } from 'gramio';

/** The least that GramIO can do with an update: its handler for Fastify, one bot, one call. */
const { PORT, BOT_TOKEN, TELEGRAM_API_ROOT } = process.env;
const id = Number(BOT_TOKEN.split(':')[0]);

const bot = new Bot(BOT_TOKEN, {
  api: { baseURL: `${TELEGRAM_API_ROOT}/bot` },
  info: { id, is_bot: true, first_name: 'Echo', username: 'echo_bot' },
});
bot.on('message', (context) => context.send(context.text));
await bot.init();

const app = Fastify({ logger: false });
app.post(
  `/webhook/${id}`,
  // Without `shouldWait` the answer would come before anything is done, and what waits would pile up unseen. No secret is
  // asked for: the adapter looks for it under a name in capitals, which Node never has.
  webhookHandler(bot, 'fastify', { shouldWait: true }),
);
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
