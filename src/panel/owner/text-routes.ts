import type { FastifyInstance } from 'fastify';
import { translator } from '../../infra/i18n/i18n.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { BotTexts } from '../../modules/seller-bots/bot-texts.ts';
import { MAX_TERMS_LENGTH, MAX_WELCOME_LENGTH } from '../../modules/seller-bots/seller-bot.ts';
import type { Services } from '../../modules/services.ts';
import type { Language } from '../../shared/languages.ts';
import { plainText } from '../../shared/text.ts';
import {
  type OneText,
  oneText,
  type Preview,
  type PreviewBody,
  preview,
  previewBody,
  type TEXT_KEYS,
  type TextBody,
  type Texts,
  textBody,
  texts,
} from '../contract/texts.ts';
import { tenantOf } from '../session/scope-guard.ts';

/** How a bot looks to its buyers with these texts: told by the edge that shows it to them. */
export type ShowPreview = (
  scope: TenantScope,
  language: Language,
  texts: BotTexts,
) => Promise<Preview['screens']>;

const TEXTS = {
  welcome: { says: 'storefront.welcome', max: MAX_WELCOME_LENGTH },
  terms: { says: 'terms.endUser', max: MAX_TERMS_LENGTH },
} as const satisfies Record<(typeof TEXT_KEYS)[number], object>;

/** What a bot says in its owner's words. */
export function textRoutes(
  app: FastifyInstance,
  {
    services: { sellerBots },
    showPreview,
  }: { services: Pick<Services, 'sellerBots'>; showPreview: ShowPreview },
): void {
  app.get('/texts', { schema: { response: { 200: texts } } }, async (request): Promise<Texts> => {
    const { scope, actor } = tenantOf(request);
    const { welcome, terms } = await sellerBots.readTexts(scope, actor);
    return [toText('welcome', welcome), toText('terms', terms)];
  });

  app.put<{ Params: OneText; Body: TextBody }>(
    '/texts/:key',
    { schema: { params: oneText, body: textBody } },
    async (request, reply) => {
      const { scope, actor } = tenantOf(request);
      const { value } = request.body;
      if (request.params.key === 'welcome') {
        await (value === null
          ? sellerBots.resetWelcome(scope, actor)
          : sellerBots.setWelcome(scope, actor, value));
      } else {
        await (value === null
          ? sellerBots.resetTerms(scope, actor)
          : sellerBots.setTerms(scope, actor, value));
      }
      return reply.code(204).send();
    },
  );

  app.post<{ Body: PreviewBody }>(
    '/preview',
    { schema: { body: previewBody, response: { 200: preview } } },
    async (request): Promise<Preview> => {
      const { scope, actor } = tenantOf(request);
      const { language, texts: typed } = request.body;
      const stored = await sellerBots.readTexts(scope, actor);
      const present = (key: (typeof TEXT_KEYS)[number]) =>
        typed[key] === undefined ? stored[key] : typed[key]?.trim() || null;
      const shown = { welcome: present('welcome'), terms: present('terms') };
      return { screens: await showPreview(scope, language, shown) };
    },
  );
}

/** The default in each language, as people read it. */
function toText(key: keyof typeof TEXTS, value: string | null): Texts[number] {
  const { says, max } = TEXTS[key];
  const inLanguage = (language: Language) => plainText(translator(language)(says));
  return { key, value, default: { uz: inLanguage('uz'), en: inLanguage('en'), ru: inLanguage('ru') }, max };
}
