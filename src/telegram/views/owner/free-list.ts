import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Added } from '../../../modules/free-list/free-list-service.ts';
import { type FreeMember, MAX_NOTE_LENGTH } from '../../../modules/free-list/free-member.ts';
import type { Page } from '../../../shared/page.ts';
import {
  BOT_FREE_ADD,
  BOT_MORE,
  CHAT_FREE,
  CHAT_FREE_ADD,
  FREE_REMOVE,
  FREE_REMOVE_YES,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { nameOnButton, personName, type Viewer } from '../common.ts';

/** Whom nobody removes from a chat, the newest first. @param hasOthers the bot has another chat beside it */
export function freeListScreen(
  viewer: Viewer,
  { telegramBotId }: TenantScope,
  {
    channelId,
    title,
    items,
    next,
    hasOthers,
  }: Page<FreeMember> & { channelId: number; title: string; hasOthers: boolean },
): Screen {
  const { t } = viewer;
  return {
    text: [
      t('free.page', { title }),
      items.length === 0 ? t('free.none') : items.map((one) => line(viewer, one)).join('\n'),
      t('free.explain'),
    ].join('\n\n'),
    buttons: [
      ...items.map(({ id, person }) => [
        button(
          nameOnButton((name) => `🗑 ${name}`, person),
          FREE_REMOVE.data(id),
        ),
      ]),
      ...(next === null ? [] : [[button(t('button.more'), CHAT_FREE.data(channelId, next))]]),
      [button(t('free.add'), CHAT_FREE_ADD.data(channelId))],
      ...(hasOthers ? [[button(t('free.addEverywhere'), BOT_FREE_ADD.data(telegramBotId))]] : []),
      [button(t('button.back'), BOT_MORE.data(telegramBotId))],
    ],
  };
}

function line({ t }: Viewer, { person, note, channelId }: FreeMember): string {
  return [
    t('free.line', { person: personName(person) }),
    ...(note === null ? [] : [t('free.note', { note })]),
    ...(channelId === null ? [t('free.everywhere')] : []),
  ].join(' · ');
}

/** Above the keys below the chat, by which people are picked. @param back the data of the button that leaves the question */
export function askFreeMemberScreen({ t }: Viewer, title: string | null, back: string): Screen {
  return {
    text:
      title === null
        ? t('free.askEverywhere', { max: MAX_NOTE_LENGTH })
        : t('free.ask', { title, max: MAX_NOTE_LENGTH }),
    buttons: [[button(t('button.cancel'), back)]],
  };
}

/** A message of its own: the keys below the chat go with it. */
export function addedText({ t }: Viewer, { people, fresh }: Added): string {
  const who = people.map(({ telegramUserId, name }) =>
    personName({ fullName: name, username: null, telegramUserId }),
  );
  const [one = ''] = who;
  if (who.length > 1) return t('free.addedMany', { count: who.length });
  return t(fresh > 0 ? 'free.added' : 'free.known', { person: one });
}

/** @param back the data of the button that leaves everything as it is */
export function askRemoveFreeScreen({ t }: Viewer, { id, person }: FreeMember, back: string): Screen {
  return {
    text: t('free.askRemove', { person: personName(person) }),
    buttons: [[button(t('free.removeYes'), FREE_REMOVE_YES.data(id))], [button(t('button.cancel'), back)]],
  };
}
