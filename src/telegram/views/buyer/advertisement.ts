import type { Translator } from '../../../infra/i18n/i18n.ts';
import type { Advertisement } from '../../../modules/tariffs/advertisement.ts';
import type { BotDeps } from '../../bots/bot-deps.ts';

/** Getolog's line, which stands in every answer to /start on the free tariff. */
export async function advertisementLine(
  t: Translator,
  shown: Advertisement,
  { mainBotUsername }: Pick<BotDeps, 'mainBotUsername'>,
): Promise<string | null> {
  if (!shown.shown) return null;
  return shown.text === null
    ? t('storefront.advertisement', { mainBot: await mainBotUsername() })
    : t('storefront.ownAdvertisement', { text: shown.text });
}
