import { type Person, type SandboxBot, toUser } from './accounts.ts';
import type { World } from './world.ts';

/** Where somebody makes a bot that another bot manages: `https://t.me/newbot/<manager>/<username>?name=<name>`. */
const NEW_BOT_PATH = /^\/newbot\/(\w+)\/(\w+)$/;
/** As Telegram takes usernames of bots. */
const BOT_USERNAME = /^[a-z]\w{1,28}bot$/i;

/** Somebody opens such a link and agrees to what it suggests. @throws where Telegram would not let them */
export function makeManagedBot(world: World, creator: Person, link: string): SandboxBot {
  const url = new URL(link);
  const [, managerName, username = ''] = NEW_BOT_PATH.exec(url.pathname) ?? [];
  const manager = [...world.bots.values()].find((bot) => bot.username === managerName);
  if (url.origin !== 'https://t.me' || manager === undefined) throw new Error(`${link} makes no bot.`);
  if (!manager.canManageBots) throw new Error(`@${manager.username} manages no bots.`);
  if (!BOT_USERNAME.test(username) || username.length < 5) {
    throw new Error(`Telegram would not take @${username} for a bot.`);
  }
  const bot = world.newBot({ username, name: url.searchParams.get('name') ?? username });
  bot.manager = manager;
  bot.creator = creator;
  tellManager(world, bot);
  return bot;
}

/** The manager hears that a bot is new, has another token, or is somebody else's now. */
function tellManager(world: World, bot: SandboxBot): void {
  const { manager, creator } = bot;
  if (manager === undefined || creator === undefined) return;
  world.tell(manager, { managed_bot: { user: toUser(creator), bot: toUser(bot) } }, bot.id);
}

export function handOver(world: World, bot: SandboxBot, to: Person): void {
  bot.creator = to;
  tellManager(world, bot);
}

/** A new token, as its owner or its manager asks for it. */
export function replaceToken(world: World, bot: SandboxBot): string {
  const token = bot.revokeToken();
  tellManager(world, bot);
  return token;
}
