import type { Translator } from '../../infra/i18n/i18n.ts';
import type { EndUserLoss, OwnerLoss } from '../../modules/privacy/privacy-service.ts';
import { FORGET, FORGET_YES, HOME, MY_DATA, PRIVACY, SUPPORT } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { date, type Viewer } from './common.ts';

/** What is kept and why, and the two rights that everybody has. */
export function privacyScreen({ t }: Viewer, of: 'owner' | 'endUser'): Screen {
  return {
    text: t(`privacy.${of}`),
    buttons: [
      [button(t('privacy.myData'), MY_DATA.data())],
      [button(t('privacy.forget'), FORGET.data())],
      [button(t('button.home'), HOME.data())],
    ],
  };
}

/** What the users of a bot agree to: its owner's words, else ours. */
export function termsText(t: Translator, own: string | null): string {
  return own === null ? t('terms.endUser') : t('terms.own', { text: own });
}

export function termsScreen({ t }: Viewer, text: string): Screen {
  return {
    text,
    buttons: [[button(t('menu.support'), SUPPORT.data())], [button(t('button.home'), HOME.data())]],
  };
}

/** Below the file. */
export function myDataScreen({ t }: Viewer): Screen {
  return { text: t('privacy.dataBelow'), buttons: [[button(t('button.home'), HOME.data())]] };
}

export function askForgetEndUserScreen(
  viewer: Viewer,
  { banned, subscriptions, promoCodes, invites, sources, isFree }: EndUserLoss,
): Screen {
  const { t } = viewer;
  const losses = subscriptions.map(({ title, expiresAt }) =>
    expiresAt === null
      ? t('privacy.losesForLife', { title })
      : t('privacy.losesUntil', { title, until: date(viewer, expiresAt) }),
  );
  const codes = promoCodes === 0 ? [] : [t('promo.losesCodes')];
  const invitations = invites ? [t('invite.loses')] : [];
  const visits = sources === 0 ? [] : [t('source.losesVisits')];
  const free = isFree ? [t('free.loses')] : [];
  const all = [...losses, ...codes, ...invitations, ...visits, ...free, ...banLine(viewer, banned)];
  return askForget(viewer, [t('privacy.askForget'), ...all]);
}

export function askForgetOwnerScreen(
  viewer: Viewer,
  { banned, bots, members, paidUntil, invites }: OwnerLoss,
): Screen {
  const { t } = viewer;
  return askForget(viewer, [
    t('privacy.askForget'),
    ...(bots === 0 ? [] : [t('privacy.losesBots', { bots, members })]),
    ...(paidUntil === null ? [] : [t('privacy.losesTariff', { until: date(viewer, paidUntil) })]),
    ...(invites ? [t('refer.loses')] : []),
    ...banLine(viewer, banned),
  ]);
}

function banLine({ t }: Viewer, banned: boolean): string[] {
  return banned ? [t('privacy.banStays')] : [];
}

function askForget({ t }: Viewer, lines: readonly string[]): Screen {
  return {
    text: lines.join('\n\n'),
    buttons: [
      [button(t('privacy.forgetYes'), FORGET_YES.data())],
      [button(t('button.cancel'), PRIVACY.data())],
    ],
  };
}

/** The last word; whoever writes again begins anew. */
export function forgottenScreen({ t }: Viewer): Screen {
  return { text: t('privacy.forgotten') };
}
