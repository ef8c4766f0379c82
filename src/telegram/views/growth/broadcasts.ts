import type { InlineKeyboardButton } from 'grammy/types';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { AUDIENCE_STATES, ENDING_DAYS } from '../../../modules/broadcasts/audience-states.ts';
import type { BroadcastProgress, CopyContent } from '../../../modules/broadcasts/broadcast-gateway.ts';
import type { CountedBroadcast, OpenedBroadcast } from '../../../modules/broadcasts/broadcast-service.ts';
import { isOpen } from '../../../modules/broadcasts/broadcast-status.ts';
import type { RecipientCounts } from '../../../modules/broadcasts/recipients.ts';
import { formatTime } from '../../../shared/calendar.ts';
import { LANGUAGES } from '../../../shared/languages.ts';
import type { Page } from '../../../shared/page.ts';
import {
  BOT_CASTS,
  BOT_GROW,
  CAST,
  CAST_CANCEL,
  CAST_CHAT,
  CAST_LANGUAGE,
  CAST_NEW,
  CAST_PAUSE,
  CAST_PLAN,
  CAST_PLANS,
  CAST_RESUME,
  CAST_SOURCE,
  CAST_SOURCES,
  CAST_START,
  CAST_START_YES,
  CAST_STATE,
  CAST_TEST,
  CASTS,
  HOME,
  MAIL,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { planButton } from '../buyer/storefront.ts';
import {
  chatMark,
  date,
  inPairs,
  planName,
  planOnButton,
  shortCost,
  titleOnButton,
  type Viewer,
} from '../common.ts';

/** What stands under each copy: the plan, where one was chosen, and the way to get no more of them. */
export function copyButtons(viewer: Viewer, { plan, chats }: CopyContent): InlineKeyboardButton[][] {
  return [
    ...(plan ? [[planButton(viewer, chats, plan)]] : []),
    [button(viewer.t('winback.stop'), MAIL.data('off'))],
  ];
}

/** Of the main bot: opens the bot where broadcasts are written. */
export function toBroadcasts({ t }: Viewer, botUsername: string, id?: number): InlineKeyboardButton[] {
  const payload = id === undefined ? 'cast' : `cast_${id}`;
  return [
    {
      text: t(id === undefined ? 'cast.write' : 'cast.open'),
      url: `https://t.me/${botUsername}?start=${payload}`,
    },
  ];
}

/** In the main bot: what was sent, and the way to where it is written. */
export function mainBroadcastListScreen(
  viewer: Viewer,
  { telegramBotId, botUsername }: TenantScope,
  { items, next }: Page<CountedBroadcast>,
): Screen {
  const { t } = viewer;
  return {
    text: listText(viewer, botUsername, items),
    buttons: [
      toBroadcasts(viewer, botUsername),
      ...(next === null ? [] : [[button(t('button.more'), BOT_CASTS.data(telegramBotId, next))]]),
      [button(t('button.back'), BOT_GROW.data(telegramBotId))],
    ],
  };
}

/** In the bot itself: each of them can be opened. */
export function broadcastListScreen(
  viewer: Viewer,
  { botUsername }: TenantScope,
  { items, next }: Page<CountedBroadcast>,
): Screen {
  const { t } = viewer;
  return {
    text: listText(viewer, botUsername, items),
    buttons: [
      [button(t('cast.new'), CAST_NEW.data())],
      ...inPairs(
        items.map(({ id, status }) =>
          button(`${t(`cast.mark.${status}`)} ${t('cast.no', { id })}`, CAST.data(id)),
        ),
      ),
      ...(next === null ? [] : [[button(t('button.more'), CASTS.data(next))]]),
      [button(t('button.home'), HOME.data())],
    ],
  };
}

function listText(viewer: Viewer, botUsername: string, items: readonly CountedBroadcast[]): string {
  const { t } = viewer;
  return [
    t('cast.listTitle', { bot: botUsername }),
    items.length === 0 ? t('cast.none') : items.map((one) => listLine(viewer, one)).join('\n'),
  ].join('\n\n');
}

function listLine(
  viewer: Viewer,
  { id, status, createdAt, startsAt, total, counts }: CountedBroadcast,
): string {
  const { t } = viewer;
  return t('cast.line', {
    mark: t(`cast.mark.${status}`),
    id,
    when: date(viewer, startsAt ?? createdAt),
    state: t(`broadcastStatus.${status}`),
    sent: counts.sent,
    total,
  });
}

export function askBroadcastScreen({ t }: Viewer): Screen {
  return { text: t('cast.ask'), buttons: [[button(t('button.cancel'), CASTS.data('0'))]] };
}

/** A draft with all that may be chosen; of one that was started, how far it is. */
export function broadcastScreen(viewer: Viewer, opened: OpenedBroadcast): Screen {
  const { broadcast, waitsUntil } = opened;
  if (broadcast.status !== 'draft')
    return broadcastProgressScreen(viewer, { broadcast, counts: broadcast.counts, waitsUntil });
  const { t } = viewer;
  const { id, segment } = broadcast;
  const mark = (isChosen: boolean) => (isChosen ? '✅ ' : '');
  const { chats, sources, plans } = opened;
  const hasChoice = sources.length > 0;
  return {
    text: draftText(viewer, opened),
    buttons: [
      ...inPairs(
        AUDIENCE_STATES.map((state) =>
          button(
            `${mark(segment.state === state)}${t(`broadcastAudience.${state}`)}`,
            CAST_STATE.data(id, state),
          ),
        ),
      ),
      ...(chats.length < 2
        ? []
        : chats.map((chat) => [
            button(
              titleOnButton(
                (title) => `${mark(segment.chat === chat.id)}${chatMark(chat)} ${title}`,
                chat.title,
              ),
              CAST_CHAT.data(id, chat.id),
            ),
          ])),
      ['all' as const, ...LANGUAGES].map((language) =>
        button(
          `${mark((segment.language ?? 'all') === language)}${t(`cast.lang.${language}`)}`,
          CAST_LANGUAGE.data(id, language),
        ),
      ),
      [
        ...(hasChoice
          ? [button(`${mark(segment.source !== null)}${t('cast.from')}`, CAST_SOURCES.data(id))]
          : []),
        ...(plans.length > 0
          ? [button(`${mark(broadcast.planId !== null)}${t('cast.plan')}`, CAST_PLANS.data(id))]
          : []),
      ],
      [button(t('cast.test'), CAST_TEST.data(id)), button(t('cast.delete'), CAST_CANCEL.data(id))],
      [{ ...button(t('cast.start'), CAST_START.data(id)), style: 'success' as const }],
      [button(t('button.back'), CASTS.data('0'))],
    ].filter(({ length }) => length > 0),
  };
}

function draftText(
  viewer: Viewer,
  { broadcast, people, limits, chats, sources, plans }: OpenedBroadcast,
): string {
  const { t } = viewer;
  const { id, segment, planId } = broadcast;
  const chat = chats.find((one) => one.id === segment.chat);
  const source = sources.find((one) => one.id === segment.source);
  const plan = plans.find((one) => one.id === planId);
  return [
    t('cast.draft', { id }),
    [
      t('cast.people', { count: people }),
      t('cast.to', { who: t(`cast.segLong.${segment.state}`, { days: ENDING_DAYS }) }),
      ...(chat ? [t('cast.ofChat', { title: chat.title })] : []),
      ...(source ? [t('cast.ofSource', { name: source.name })] : []),
      ...(segment.language ? [t('cast.ofLanguage', { language: t(`cast.lang.${segment.language}`) })] : []),
      ...(plan ? [t('cast.withPlan', { plan: planName(t, plan) })] : []),
      ...(people >= limits.people ? [t('cast.most', { count: limits.people })] : []),
    ].join('\n'),
    t('cast.howItGoes'),
  ].join('\n\n');
}

export function castSourcesScreen({ t }: Viewer, { broadcast, sources }: OpenedBroadcast): Screen {
  const { id, segment } = broadcast;
  return {
    text: t('cast.askSource'),
    buttons: [
      ...sources.map(({ id: sourceId, name }) => [
        button(
          titleOnButton((words) => `${sourceId === segment.source ? '✅ ' : ''}📣 ${words}`, name),
          CAST_SOURCE.data(id, sourceId),
        ),
      ]),
      [button(t('button.back'), CAST.data(id))],
    ],
  };
}

export function castPlansScreen(viewer: Viewer, { broadcast, plans }: OpenedBroadcast): Screen {
  const { t } = viewer;
  const { id, planId } = broadcast;
  return {
    text: t('cast.askPlan'),
    buttons: [
      ...plans.map((plan) => [
        button(
          `${plan.id === planId ? '✅ ' : ''}${planOnButton(t, plan)} · ${shortCost(viewer, plan)}`,
          CAST_PLAN.data(id, plan.id),
        ),
      ]),
      [button(t('button.back'), CAST.data(id))],
    ],
  };
}

/** Before it starts: to how many, and when. */
export function askStartScreen(viewer: Viewer, { broadcast, people, waitsUntil }: OpenedBroadcast): Screen {
  const { t } = viewer;
  return {
    text: [
      t('cast.askStart', { count: people }),
      ...(waitsUntil === null ? [] : [t('cast.startsLater', { when: date(viewer, waitsUntil) })]),
    ].join('\n\n'),
    buttons: [
      [{ ...button(t('cast.startYes'), CAST_START_YES.data(broadcast.id)), style: 'success' as const }],
      [button(t('button.back'), CAST.data(broadcast.id))],
    ],
  };
}

/** How far it is, and what can be done about it. */
export function broadcastProgressScreen(
  viewer: Viewer,
  { broadcast, counts, waitsUntil }: BroadcastProgress,
): Screen {
  const { t } = viewer;
  const { id, status, total, startsAt, pauseReason } = broadcast;
  const waits =
    status === 'scheduled' && startsAt
      ? [t('cast.startsLater', { when: date(viewer, startsAt) })]
      : status === 'sending' && waitsUntil && counts.waiting > 0
        ? [t('cast.goesOnLater', { time: formatTime(waitsUntil, viewer.timeZone) })]
        : [];
  return {
    text: [
      t('cast.progress', { mark: t(`cast.mark.${status}`), id, state: t(`broadcastStatus.${status}`) }),
      ...(status === 'scheduled' ? [] : [countLines(viewer, { total, counts })]),
      ...(status === 'paused' && pauseReason ? [t(`cast.paused.${pauseReason}`)] : []),
      ...waits,
    ].join('\n\n'),
    buttons: [
      ...(status === 'sending' ? [[button(t('cast.pause'), CAST_PAUSE.data(id))]] : []),
      ...(status === 'paused' ? [[button(t('cast.resume'), CAST_RESUME.data(id))]] : []),
      ...(isOpen(broadcast)
        ? [
            [
              button(t('button.refresh'), CAST.data(id)),
              { ...button(t('cast.cancel'), CAST_CANCEL.data(id)), style: 'danger' as const },
            ],
          ]
        : []),
      [button(t('button.back'), CASTS.data('0'))],
    ],
  };
}

export function countLines(
  { t }: Viewer,
  { total, counts }: { total: number; counts: RecipientCounts },
): string {
  const { sent, blocked, failed, unknown, skipped, waiting, taken } = counts;
  return [
    t('cast.counts.sent', { sent, total }),
    t('cast.counts.blocked', { blocked }),
    t('cast.counts.failed', { failed }),
    ...(skipped > 0 ? [t('cast.counts.skipped', { skipped })] : []),
    ...(unknown > 0 ? [t('cast.counts.unknown', { unknown })] : []),
    t('cast.counts.left', { left: waiting + taken }),
  ].join('\n');
}
