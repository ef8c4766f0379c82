import { Agent, createServer } from 'node:http';
import { Telegraf } from 'telegraf';

/** The least that Telegraf can do with an update: its own webhook handler, one bot, one call. */
const { PORT, BOT_TOKEN, TELEGRAM_API_ROOT, SECRET } = process.env;
const id = Number(BOT_TOKEN.split(':')[0]);

const bot = new Telegraf(BOT_TOKEN, {
  telegram: {
    apiRoot: TELEGRAM_API_ROOT,
    agent: new Agent({ keepAlive: true }),
    // Its shortcut would answer within the webhook's response, and make no call at all.
    webhookReply: false,
  },
});
bot.botInfo = { id, is_bot: true, first_name: 'Echo', username: 'echo_bot' };
bot.on('text', (context) => context.reply(context.message.text));
createServer(bot.webhookCallback(`/webhook/${id}`, { secretToken: SECRET })).listen(
  Number(PORT),
  '127.0.0.1',
);
