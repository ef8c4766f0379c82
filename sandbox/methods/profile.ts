import { badRequest, callersBug } from '../server/api-error.ts';
import { type SandboxBot, toUserFromGetMe } from '../world/accounts.ts';
import { characterCount } from '../world/entities.ts';
import { replaceToken } from '../world/managed-bots.ts';
import { checkWebApp } from '../world/web-apps.ts';
import type { Call, Handlers } from './call.ts';

const LONGEST_NAME = 64;
const LONGEST_DESCRIPTION = 512;
const LONGEST_SHORT_DESCRIPTION = 120;
const MOST_COMMANDS = 100;

/** An empty text takes the one of that language away. */
function setText(
  texts: Map<string, string>,
  language: string | undefined,
  text: string | undefined,
  longest: number,
): true {
  if (characterCount(text ?? '') > longest) throw callersBug('text is too long');
  if (text === undefined || text === '') texts.delete(language ?? '');
  else texts.set(language ?? '', text);
  return true;
}

function textFor(texts: ReadonlyMap<string, string>, language: string | undefined): string {
  return texts.get(language ?? '') ?? texts.get('') ?? '';
}

function commandsKey(args: { scope?: object; language_code?: string }): string {
  return JSON.stringify([args.scope ?? { type: 'default' }, args.language_code ?? '']);
}

const JPEG = /^data:;base64,\/9j\//;

function managedBy({ world, bot: manager }: Call, userId: number): SandboxBot {
  const bot = world.bots.get(userId);
  if (bot === undefined || bot.manager !== manager || !manager.canManageBots) {
    throw badRequest('bot is not managed by the current bot');
  }
  return bot;
}

export const profile: Handlers<
  | 'getMe'
  | 'setMyCommands'
  | 'getMyCommands'
  | 'deleteMyCommands'
  | 'setMyName'
  | 'setMyDescription'
  | 'getMyDescription'
  | 'setMyShortDescription'
  | 'getMyShortDescription'
  | 'setChatMenuButton'
  | 'getManagedBotToken'
  | 'replaceManagedBotToken'
  | 'setMyProfilePhoto'
  | 'removeMyProfilePhoto'
> = {
  getMe: ({ bot }) => toUserFromGetMe(bot),

  setMyCommands(call, args) {
    if (args.commands.length > MOST_COMMANDS) throw callersBug('BOT_COMMANDS_TOO_MUCH');
    for (const { command, description } of args.commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw callersBug('BOT_COMMAND_INVALID');
      if (description.length < 1 || description.length > 256)
        throw callersBug('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    call.bot.profile.commands.set(commandsKey(args), [...args.commands]);
    return true;
  },

  getMyCommands: (call, args) => call.bot.profile.commands.get(commandsKey(args)) ?? [],

  deleteMyCommands(call, args) {
    call.bot.profile.commands.delete(commandsKey(args));
    return true;
  },

  setMyName: (call, args) => setText(call.bot.profile.names, args.language_code, args.name, LONGEST_NAME),

  setMyDescription: (call, args) =>
    setText(call.bot.profile.descriptions, args.language_code, args.description, LONGEST_DESCRIPTION),

  getMyDescription: (call, args) => ({
    description: textFor(call.bot.profile.descriptions, args.language_code),
  }),

  setMyShortDescription: (call, args) =>
    setText(
      call.bot.profile.shortDescriptions,
      args.language_code,
      args.short_description,
      LONGEST_SHORT_DESCRIPTION,
    ),

  getMyShortDescription: (call, args) => ({
    short_description: textFor(call.bot.profile.shortDescriptions, args.language_code),
  }),

  setChatMenuButton({ bot, world }, { chat_id, menu_button = { type: 'default' } }) {
    if (menu_button.type === 'web_app') {
      if (menu_button.text.trim() === '') throw callersBug('MENU_BUTTON_TEXT_INVALID');
      checkWebApp(menu_button.web_app.url, 'menu button', world.opensLoopbackApps);
    }
    bot.profile.menuButtons.set(chat_id === undefined ? 'everybody' : Number(chat_id), menu_button);
    return true;
  },

  getManagedBotToken: (call, { user_id }) => managedBy(call, user_id).token,

  replaceManagedBotToken: (call, { user_id }) => replaceToken(call.world, managedBy(call, user_id)),

  setMyProfilePhoto({ bot }, { photo }) {
    // What was uploaded with the call stands here whole, see `readMultipart`.
    const data = photo.type === 'static' && typeof photo.photo === 'string' ? photo.photo : '';
    if (!JPEG.test(data)) throw callersBug('the photo must be a new JPEG file');
    bot.photo = Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
    return true;
  },

  removeMyProfilePhoto({ bot }) {
    bot.photo = undefined;
    return true;
  },
};
