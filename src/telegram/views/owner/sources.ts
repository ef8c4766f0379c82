import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { PromoCode } from '../../../modules/promo-codes/promo-code.ts';
import type { OpenedSource } from '../../../modules/sources/funnel.ts';
import { MAX_NAME_LENGTH, type Source, sourceLink } from '../../../modules/sources/source.ts';
import { formatSum, TIYIN } from '../../../shared/money.ts';
import type { Page } from '../../../shared/page.ts';
import {
  BOT_GROW,
  BOT_SOURCE_NEW,
  BOT_SOURCES,
  SOURCE,
  SOURCE_ARCHIVE,
  SOURCE_COST,
  SOURCE_PROMO,
  SOURCE_PROMOS,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { money, titleOnButton, type Viewer } from '../common.ts';

/** Every source of a bot, the newest first. */
export function sourceListScreen(
  { t }: Viewer,
  { telegramBotId, botUsername }: TenantScope,
  { items, next }: Page<Source>,
): Screen {
  return {
    text: [
      t('source.listTitle', { bot: botUsername }),
      items.length === 0 ? t('source.none') : t('source.about'),
    ].join('\n\n'),
    buttons: [
      ...items.map(({ id, name, isArchived }) => [
        button(
          titleOnButton((words) => `${isArchived ? '🗄' : '📣'} ${words}`, name),
          SOURCE.data(id),
        ),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), BOT_SOURCES.data(telegramBotId, next))]]),
      [button(t('source.new'), BOT_SOURCE_NEW.data(telegramBotId))],
      [button(t('button.back'), BOT_GROW.data(telegramBotId))],
    ],
  };
}

export function askNewSourceScreen({ t }: Viewer, { telegramBotId }: TenantScope): Screen {
  return {
    text: t('source.askName', { max: MAX_NAME_LENGTH }),
    buttons: [[button(t('button.cancel'), BOT_SOURCES.data(telegramBotId, '0'))]],
  };
}

/** A source's link, and how far people have come by it. */
export function sourceScreen(
  viewer: Viewer,
  { telegramBotId, botUsername }: TenantScope,
  opened: OpenedSource,
): Screen {
  const { t } = viewer;
  const { source, promoCode } = opened;
  const { id, name, isArchived } = source;
  const link = sourceLink({ botUsername }, source.slug);
  const back = [button(t('button.back'), BOT_SOURCES.data(telegramBotId, '0'))];
  return {
    text: [
      t('source.page', { name }),
      isArchived ? t('source.isArchived') : t('source.link', { link }),
      ...(isArchived || promoCode === null ? [] : [t('source.gives', { code: promoCode })]),
      funnelLines(viewer, opened),
    ].join('\n\n'),
    buttons: isArchived
      ? [[button(t('source.cost'), SOURCE_COST.data(id))], back]
      : [
          [{ text: t('source.copyLink'), copy_text: { text: link } }],
          [button(t('source.promo'), SOURCE_PROMOS.data(id, '0'))],
          [button(t('source.cost'), SOURCE_COST.data(id))],
          [button(t('source.archive'), SOURCE_ARCHIVE.data(id))],
          back,
        ],
  };
}

function funnelLines(viewer: Viewer, { funnel, cost }: OpenedSource): string {
  const { t } = viewer;
  const { people, newcomers, chose, sent, paid, live, laterPurchases } = funnel;
  return [
    t('source.people', { people, newcomers }),
    t('source.chose', { chose }),
    t('source.sent', { sent }),
    t('source.paid', { paid, turnover: money(viewer, funnel.turnover) }),
    t('source.live', { live }),
    t('source.later', { count: laterPurchases, turnover: money(viewer, funnel.laterTurnover) }),
    ...(cost === null ? [] : costLines(viewer, cost, funnel)),
  ].join('\n');
}

/** What the advertising came to: for each buyer, and by what it brought in. */
function costLines(viewer: Viewer, cost: bigint, { paid, turnover }: OpenedSource['funnel']): string[] {
  const { t } = viewer;
  const said = t('source.costs', { cost: money(viewer, cost) });
  if (paid === 0) return [said];
  const wholeSums = (cost / BigInt(paid) / TIYIN) * TIYIN;
  return [
    said,
    t('source.perBuyer', { sum: money(viewer, wholeSums) }),
    // In hundredths, as money is written.
    t('source.return', { times: formatSum((turnover * 100n) / cost, t.language) }),
  ];
}

/** The bot's codes, one of which whoever comes by the link is given. */
export function sourcePromosScreen(
  { t }: Viewer,
  { source, promoCode }: OpenedSource,
  { items, next }: Page<PromoCode>,
): Screen {
  const { id, name } = source;
  const mark = (isChosen: boolean) => (isChosen ? '✅ ' : '');
  return {
    text: t(items.length === 0 ? 'source.noCodes' : 'source.askPromo', { name }),
    buttons: [
      [button(`${mark(promoCode === null)}${t('source.noPromo')}`, SOURCE_PROMO.data(id, 0))],
      ...items.map(({ id: promoCodeId, code }) => [
        button(`${mark(code === promoCode)}${code}`, SOURCE_PROMO.data(id, promoCodeId)),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), SOURCE_PROMOS.data(id, next))]]),
      [button(t('button.back'), SOURCE.data(id))],
    ],
  };
}

export function askCostScreen({ t }: Viewer, { id, name }: Source): Screen {
  return {
    text: t('source.askCost', { name }),
    buttons: [[button(t('button.cancel'), SOURCE.data(id))]],
  };
}
