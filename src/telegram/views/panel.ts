import type { AskedConfirmation } from '../../modules/panel-access/confirmation.ts';
import type { AskedAction } from '../../modules/panel-access/confirmed-actions.ts';
import type { Entry } from '../../modules/panel-access/entry-service.ts';
import type { SettingName } from '../../modules/platform/setting-names.ts';
import { HOME, PANEL_NO, PANEL_OUT, PANEL_YES } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { monthsName, panelButton, personName, type Viewer } from './common.ts';
import { settingLine } from './moderator.ts';

/** The ways into the panel, each for one use. */
export function panelScreen(viewer: Viewer, { address, entry }: { address: string; entry: Entry }): Screen {
  const { t, panelPages } = viewer;
  const inBrowser =
    panelPages === undefined
      ? []
      : [[{ text: t('panel.openInBrowser'), url: `${panelPages}enter#${entry.token}` }]];
  return {
    text: t('panel.ways', { address, code: entry.code }),
    buttons: [
      panelButton(viewer, t('panel.openHere'), ''),
      ...inBrowser,
      [button(t('panel.signOut'), PANEL_OUT.data())],
      [button(t('button.home'), HOME.data())],
    ].filter(({ length }) => length > 0),
  };
}

/** It was somebody else, or they have had enough of it. */
export function signedOutScreen({ t }: Viewer): Screen {
  return { text: t('panel.signedOut'), buttons: [[button(t('button.home'), HOME.data())]] };
}

/** What a browser waits for; once that is settled, what has become of it. */
export function confirmationScreen(
  viewer: Viewer,
  { id, state, error, asked, browser }: AskedConfirmation,
): Screen {
  const { t } = viewer;
  const question = askedText(viewer, asked);
  if (state !== 'waiting') {
    return {
      text: [question, t(`panel.confirm.${state}`), ...(error === null ? [] : [t(`errors.${error}`)])].join(
        '\n\n',
      ),
      buttons: [[button(t('button.home'), HOME.data())]],
    };
  }
  return {
    text: [
      t('panel.confirm.head', { browser: browser ?? t.plain('panel.unknownBrowser') }),
      question,
      t('panel.confirm.hint'),
    ].join('\n\n'),
    buttons: [
      [button(t('panel.confirm.yes'), PANEL_YES.data(id)), button(t('panel.confirm.no'), PANEL_NO.data(id))],
    ],
  };
}

function askedText(viewer: Viewer, { action, asked }: AskedAction): string {
  const { t } = viewer;
  switch (action) {
    case 'card':
      return t('panel.confirm.card', asked);
    case 'removeBot':
      return t(asked.members === 0 ? 'bot.askRemoveEmpty' : 'bot.askRemove', {
        bot: asked.bot,
        count: asked.members,
      });
    case 'banOwner':
    case 'unbanOwner':
      return t(`panel.confirm.${action}`, { person: nameOf(asked.person) });
    case 'grantTariff':
      return t('panel.confirm.grantTariff', {
        person: nameOf(asked.person),
        duration: monthsName(t, asked.months),
      });
    case 'platformSetting':
      return [t('panel.confirm.platformSetting'), settingText(viewer, asked)].join('\n');
    case 'releaseBot':
      return t('panel.confirm.releaseBot', asked);
    case 'inviteManager':
      return t('panel.confirm.inviteManager', { bot: asked.bot, role: t.plain(`team.role.${asked.role}`) });
    case 'acceptManager':
    case 'refuseManager':
    case 'removeManager':
      return t(`panel.confirm.${action}`, { bot: asked.bot, person: nameOf(asked) });
    case 'setManagerRole':
      return t('panel.confirm.setManagerRole', {
        bot: asked.bot,
        person: nameOf(asked),
        role: t.plain(`team.role.${asked.role}`),
      });
    case 'leaveTeam':
      return t('panel.confirm.leaveTeam', asked);
    default:
      return action satisfies never;
  }
}

/** Of a card the last digits are enough to know it by. */
function settingText(viewer: Viewer, { name, value }: { name: SettingName; value: string }): string {
  const { t } = viewer;
  return name === 'card'
    ? t('mod.setting', { name: t.plain('setting.card'), value })
    : settingLine(viewer, name, value);
}

function nameOf(person: { fullName: string; username: string | null; telegramUserId: string }): string {
  return personName({ ...person, telegramUserId: BigInt(person.telegramUserId) });
}
