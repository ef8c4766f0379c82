import { translator } from '../infra/i18n/i18n.ts';
import type { TenantScope } from '../kernel/tenant-scope.ts';
import type { BotTexts } from '../modules/seller-bots/bot-texts.ts';
import type { Language } from '../shared/languages.ts';
import type { BotDeps } from './bots/bot-deps.ts';
import { advertisementLine } from './views/buyer/advertisement.ts';
import { type PreviewedScreen, previewScreens } from './views/buyer/preview.ts';

/** Shows an owner what their buyers would see with these texts, by the views that buyers see. */
export type Preview = (scope: TenantScope, language: Language, texts: BotTexts) => Promise<PreviewedScreen[]>;

export function createPreview(
  deps: () => Pick<BotDeps, 'services' | 'timeZone' | 'mainBotUsername'>,
): Preview {
  return async (scope, language, texts) => {
    const { services, timeZone, mainBotUsername } = deps();
    const t = translator(language);
    const [sample, shown] = await Promise.all([
      services.shopSamples.read(scope),
      services.tariffs.advertisementFor(scope, language),
    ]);
    const advertisement = await advertisementLine(t, shown, { mainBotUsername });
    return previewScreens({ t, timeZone }, sample, { ...texts, advertisement });
  };
}
