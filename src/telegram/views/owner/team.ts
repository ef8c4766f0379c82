import type { InlineKeyboardButton } from 'grammy/types';
import { MANAGER_ROLES, type ManagerRole, mayDo } from '../../../kernel/rights.ts';
import type { Notices } from '../../../modules/notifications/notice.ts';
import type { BotWork, SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import { INVITE_HOURS, type Manager } from '../../../modules/team/manager.ts';
import type { Invitation } from '../../../modules/team/team-service.ts';
import {
  BOT,
  BOT_FLIP,
  BOT_GROW,
  BOT_PENDING,
  BOT_TEAM,
  BOT_TEAM_INVITE,
  BOT_USERS,
  BOTS,
  HOME,
  JOIN,
  MANAGER,
  MANAGER_LEAVE,
  MANAGER_NO,
  MANAGER_OK,
  MANAGER_REMOVE,
  MANAGER_REMOVE_YES,
  MANAGER_ROLE,
} from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, nameOnButton, personName, usernameOnButton, type Viewer } from '../common.ts';
import { linkButtons } from '../growth/link-buttons.ts';

/** What a role is, and what it may. */
const roleWords = ({ t }: Viewer, role: ManagerRole) => ({
  role: t(`team.role.${role}`),
  may: t(`team.may.${role}`),
});

/** Who helps with a bot, and the ways to invite somebody more. */
export function teamScreen(
  viewer: Viewer,
  { bot, team, quietReceipts }: { bot: SellerBot; team: readonly Manager[]; quietReceipts: boolean },
): Screen {
  const { t } = viewer;
  const { telegramBotId: id } = bot;
  const isPassedOn = quietReceipts && team.some(decides);
  return {
    text: [
      t('team.page', { bot: bot.username }),
      team.length === 0 ? t('team.none') : team.map((one) => row(viewer, one)).join('\n'),
      isPassedOn ? t('team.receiptsPassedOn') : '',
      t('team.explain', { hours: INVITE_HOURS }),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [
      ...team.map((one) => [
        button(
          nameOnButton((name) => `${one.status === 'asked' ? '⏳' : '👤'} ${name}`, one),
          MANAGER.data(one.id),
        ),
      ]),
      MANAGER_ROLES.map((role) => button(t(`team.invite.${role}`), BOT_TEAM_INVITE.data(id, role))),
      ...(team.some(decides)
        ? [
            [
              button(
                t(quietReceipts ? 'team.receiptsToTeam' : 'team.receiptsToAll'),
                BOT_FLIP.data(id, 'quietreceipts'),
              ),
            ],
          ]
        : []),
      [button(t('button.back'), BOT_GROW.data(id))],
    ],
  };
}

const decides = ({ status, role }: Manager) => status === 'active' && mayDo(role, 'receipts');

function row({ t }: Viewer, manager: Manager): string {
  const words = { person: personName(manager), role: t(`team.role.${manager.role}`) };
  return t(manager.status === 'asked' ? 'team.rowAsks' : 'team.row', words);
}

/** A link that was just made: it is shown this once. */
export function invitedScreen(
  viewer: Viewer,
  bot: Pick<SellerBot, 'username' | 'telegramBotId'>,
  role: ManagerRole,
  link: string,
): Screen {
  const { t } = viewer;
  const words = { bot: bot.username, link, hours: INVITE_HOURS, ...roleWords(viewer, role) };
  return {
    text: t('team.invited', words),
    buttons: [linkButtons(t, link), [button(t('button.back'), BOT_TEAM.data(bot.telegramBotId))]],
  };
}

export function managerScreen(viewer: Viewer, telegramBotId: bigint, manager: Manager): Screen {
  const { t } = viewer;
  const words = { person: personName(manager), ...roleWords(viewer, manager.role) };
  const back = [button(t('button.back'), BOT_TEAM.data(telegramBotId))];
  if (manager.status === 'asked') {
    return { text: t('team.oneAsks', words), buttons: [decisionRow(viewer, manager.id), back] };
  }
  const others = MANAGER_ROLES.filter((role) => role !== manager.role);
  return {
    text: t('team.one', { ...words, since: date(viewer, manager.addedAt) }),
    buttons: [
      others.map((role) => button(t(`team.make.${role}`), MANAGER_ROLE.data(manager.id, role))),
      [button(t('team.remove'), MANAGER_REMOVE.data(manager.id))],
      back,
    ],
  };
}

function decisionRow({ t }: Viewer, managerId: number): InlineKeyboardButton[] {
  return [
    button(t('team.accept'), MANAGER_OK.data(managerId)),
    button(t('team.refuse'), MANAGER_NO.data(managerId)),
  ];
}

/** Before somebody is removed. */
export function askRemoveManagerScreen({ t }: Viewer, bot: string, manager: Manager): Screen {
  return {
    text: t('team.askRemove', { person: personName(manager), bot }),
    buttons: [
      [button(t('team.removeYes'), MANAGER_REMOVE_YES.data(manager.id))],
      [button(t('button.cancel'), MANAGER.data(manager.id))],
    ],
  };
}

/** To whoever has opened a link: which bot, whose, and what they would do. */
export function invitationScreen(viewer: Viewer, { id, role, owner, botUsername }: Invitation): Screen {
  const { t } = viewer;
  return {
    text: t('team.offer', { owner: personName(owner), bot: botUsername, ...roleWords(viewer, role) }),
    buttons: [[button(t('team.join'), JOIN.data(id))], [button(t('button.home'), HOME.data())]],
  };
}

export function askedScreen({ t }: Viewer, botUsername: string): Screen {
  return {
    text: t('team.asked', { bot: botUsername }),
    buttons: [[button(t('button.home'), HOME.data())]],
  };
}

export function leftScreen({ t }: Viewer, botUsername: string): Screen {
  return {
    text: t('team.left', { bot: botUsername }),
    buttons: [[button(t('menu.myBots'), BOTS.data('0'))]],
  };
}

/** A bot as somebody sees it who helps with a part of it. */
export function helperScreen(
  viewer: Viewer,
  { bot, manager, work }: { bot: SellerBot; manager: Manager; work: BotWork },
): Screen {
  const { t } = viewer;
  const { telegramBotId: id } = bot;
  const { role } = manager;
  const receipts = () =>
    button(
      work.waiting === 0 ? t('bot.receipts') : t('bot.pending', { count: work.waiting }),
      BOT_PENDING.data(id),
    );
  return {
    text: t('team.helper', { bot: bot.username, ...roleWords(viewer, role) }),
    buttons: [
      [
        ...(mayDo(role, 'receipts') ? [receipts()] : []),
        ...(mayDo(role, 'people') ? [button(t('bot.users'), BOT_USERS.data(id, '0'))] : []),
      ],
      [{ text: t('bot.open'), url: `https://t.me/${bot.username}` }],
      [button(t('team.leave'), MANAGER_LEAVE.data(manager.id))],
      [button(t('button.back'), BOTS.data('0'))],
    ],
  };
}

export function managerAsksNotice(
  viewer: Viewer,
  { managerId, person, role, botUsername }: Notices['managerAsks']['content'],
): Screen {
  return {
    text: viewer.t('notice.managerAsks', {
      person: personName(person),
      bot: botUsername,
      ...roleWords(viewer, role),
    }),
    buttons: [decisionRow(viewer, managerId)],
  };
}

export function managerLeftNotice(
  { t }: Viewer,
  { person, botUsername, telegramBotId }: Notices['managerLeft']['content'],
): Screen {
  return {
    text: t('notice.managerLeft', { person: personName(person), bot: botUsername }),
    buttons: [[button(t('team.title'), BOT_TEAM.data(telegramBotId))]],
  };
}

export function managerDecidedNotice(
  viewer: Viewer,
  { outcome, role, botUsername, telegramBotId }: Notices['managerDecided']['content'],
): Screen {
  const { t } = viewer;
  const helps = outcome === 'added' || outcome === 'role';
  return {
    text: t(`notice.managerDecided.${outcome}`, { bot: botUsername, ...roleWords(viewer, role) }),
    buttons: helps
      ? [
          [{ text: t('bot.open'), url: `https://t.me/${botUsername}` }],
          [
            button(
              usernameOnButton((name) => `👥 ${name}`, botUsername),
              BOT.data(telegramBotId),
            ),
          ],
        ]
      : [[button(t('button.home'), HOME.data())]],
  };
}
