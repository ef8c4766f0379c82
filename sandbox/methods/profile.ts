import { callersBug } from '../server/api-error.ts';
import { toUserFromGetMe } from '../world/accounts.ts';
import { characterCount } from '../world/entities.ts';
import { checkWebApp } from '../world/web-apps.ts';
import type { Handlers } from './call.ts';

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
};
