import type { Api } from 'grammy';
import { LANGUAGES, type Language, translator } from '../infra/i18n.ts';

const COMMANDS = ['start', 'menu', 'language', 'support', 'help', 'privacy', 'paysupport', 'cancel'] as const;

/** Told to people whose app speaks none of our languages. */
const FALLBACK: Language = 'en';

/** The list behind the menu button, in each language; in private chats only, because bots are silent elsewhere. */
export async function setCommands(api: Api): Promise<void> {
  const scope = { type: 'all_private_chats' } as const;
  const commandsIn = (language: Language) =>
    COMMANDS.map((command) => ({ command, description: translator(language)(`command.${command}`) }));
  await Promise.all([
    api.setMyCommands(commandsIn(FALLBACK), { scope }),
    ...LANGUAGES.map((language) =>
      api.setMyCommands(commandsIn(language), { scope, language_code: language }),
    ),
  ]);
}
