import type { ShopSample } from '../../../modules/payments/sample/shop-sample.ts';
import type { BotTexts } from '../../../modules/seller-bots/bot-texts.ts';
import { DAY_MS } from '../../../shared/durations.ts';
import type { Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';
import { termsScreen, termsText } from '../privacy.ts';
import { accessScreen } from './access.ts';
import { orderScreen } from './payment-methods.ts';
import { storefrontScreen } from './storefront.ts';

/** A screen as an owner is shown it: its text in Telegram's HTML, and what stands on its buttons. */
export interface PreviewedScreen {
  name: 'welcome' | 'plans' | 'checkout' | 'access' | 'terms';
  html: string;
  buttons: string[][];
}

/** What a buyer goes through, from the first /start to the way in, and what they agree to. */
export function previewScreens(
  viewer: Viewer,
  sample: ShopSample,
  { welcome, terms, advertisement }: BotTexts & { advertisement: string | null },
): PreviewedScreen[] {
  const { window, later, order, chat, expiresAt } = sample;
  const shown = { welcomeMessage: welcome, advertisement: { shown: false } } as const;
  const link = { url: 'https://t.me/', leftMs: DAY_MS };
  const access = { chat, reason: 'approved', expiresAt, keptOut: null, link } as const;
  return [
    toPreview('welcome', storefrontScreen(viewer, { ...window, ...shown }, advertisement)),
    toPreview('plans', storefrontScreen(viewer, { ...later, ...shown }, null)),
    toPreview('checkout', orderScreen(viewer, order)),
    toPreview('access', accessScreen(viewer, access)),
    toPreview('terms', termsScreen(viewer, termsText(viewer.t, terms))),
  ];
}

function toPreview(name: PreviewedScreen['name'], { text, buttons = [] }: Screen): PreviewedScreen {
  return { name, html: text, buttons: buttons.map((row) => row.map((one) => one.text)) };
}
