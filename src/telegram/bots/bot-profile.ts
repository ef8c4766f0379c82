import type { Api } from 'grammy';
import type { Logger } from 'pino';
import { LANGUAGES, type Language, type Translator, translator } from '../../infra/i18n/i18n.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { toDeliveryError } from '../outgoing/api-errors.ts';
import type { Bots } from './bots.ts';

const COMMANDS = [
  'start',
  'menu',
  'language',
  'support',
  'help',
  'privacy',
  'terms',
  'paysupport',
  'cancel',
] as const;

/** Told to people whose app speaks none of our languages. */
const FALLBACK: Language = 'en';

/** Each text that Telegram keeps per language: the one for everybody else, and ours. */
const EDITIONS: readonly { t: Translator; scope: { language_code?: Language } }[] = [
  { t: translator(FALLBACK), scope: {} },
  ...LANGUAGES.map((language) => ({ t: translator(language), scope: { language_code: language } })),
];

/** The main bot leads to the panel as well. */
const MAIN_COMMANDS = ['start', 'menu', 'panel', ...COMMANDS.slice(2)] as const;

const commandsIn = (t: Translator, commands: readonly (typeof MAIN_COMMANDS)[number][]) =>
  commands.map((command) => ({ command, description: t.plain(`command.${command}`) }));

/** The list behind the menu button; in private chats only, because bots are silent elsewhere. */
async function setCommands(api: Api, commands: Parameters<typeof commandsIn>[1]): Promise<void> {
  await Promise.all(
    EDITIONS.map(({ t, scope }) =>
      api.setMyCommands(commandsIn(t, commands), { ...scope, scope: { type: 'all_private_chats' } }),
    ),
  );
}

/** Moderators have one command more, in their own chat; it can be set once they have begun one. */
export async function setModeratorCommands(api: Api, chatId: number, t: Translator): Promise<void> {
  const commands = [
    ...commandsIn(t, MAIN_COMMANDS),
    { command: 'admin', description: t.plain('command.admin') },
  ];
  await api.setMyCommands(commands, { scope: { type: 'chat', chat_id: chatId } });
}

/**
 * What people read before they press "Start", and on the bot's page. Set only where it differs.
 * @param panelPages behind the menu button, where they open within Telegram
 */
async function setMainProfile(api: Api, panelPages: string | undefined): Promise<void> {
  await Promise.all([
    setCommands(api, MAIN_COMMANDS),
    ...(panelPages === undefined ? [] : [setMenuButton(api, panelPages)]),
    ...EDITIONS.map(async ({ t, scope }) => {
      const [{ description }, { short_description }] = await Promise.all([
        api.getMyDescription(scope),
        api.getMyShortDescription(scope),
      ]);
      if (description !== t.plain('profile.main.description')) {
        await api.setMyDescription(t.plain('profile.main.description'), scope);
      }
      if (short_description !== t.plain('profile.main.shortDescription')) {
        await api.setMyShortDescription(t.plain('profile.main.shortDescription'), scope);
      }
    }),
  ]);
}

async function setMenuButton(api: Api, url: string): Promise<void> {
  await api.setChatMenuButton({ menu_button: { type: 'web_app', text: 'Getolog', web_app: { url } } });
}

/** The same for a seller bot; what its owner wrote there stays. */
async function setSellerProfile(api: Api): Promise<void> {
  const [, { description }, { short_description }] = await Promise.all([
    setCommands(api, COMMANDS),
    api.getMyDescription(),
    api.getMyShortDescription(),
  ]);
  await Promise.all(
    EDITIONS.flatMap(({ t, scope }) => [
      ...(description === '' ? [api.setMyDescription(t.plain('profile.seller.description'), scope)] : []),
      ...(short_description === ''
        ? [api.setMyShortDescription(t.plain('profile.seller.shortDescription'), scope)]
        : []),
    ]),
  );
}

/** Tells people in Telegram what a bot can do. Errors are `DeliveryError`. */
export interface Introductions {
  ofMain(): Promise<void>;
  ofSeller(telegramBotId: bigint): Promise<void>;
}

export function createIntroductions({
  apiOf,
  logger,
  panelPages,
}: Pick<Bots, 'apiOf'> & { logger: Logger; panelPages: string | undefined }): Introductions {
  /** A bot that Telegram refuses a command or a description works all the same. */
  async function introduce(whose: bigint | 'main', setProfile: (api: Api) => Promise<void>): Promise<void> {
    try {
      await setProfile(await apiOf(whose));
    } catch (error) {
      const failure = toDeliveryError(error);
      if (!isDeliveryFailure(failure, 'refused')) throw failure;
      logger.warn({ err: failure, bot: String(whose) }, 'Telegram refused a part of an introduction');
    }
  }

  return {
    ofMain: () => introduce('main', (api) => setMainProfile(api, panelPages)),
    ofSeller: (telegramBotId) => introduce(telegramBotId, setSellerProfile),
  };
}
