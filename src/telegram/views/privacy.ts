import type { EndUserLoss, OwnerLoss } from '../../modules/privacy/privacy-service.ts';
import { FORGET, FORGET_YES, HOME, MY_DATA, PRIVACY } from '../routes.ts';
import { button, type Screen } from '../screen.ts';
import { date, type Reader } from './common.ts';

/** What is kept and why, and the two rights that everybody has. */
export function privacyScreen({ t }: Reader, of: 'owner' | 'endUser'): Screen {
  return {
    text: t(`privacy.${of}`),
    buttons: [
      [button(t('privacy.myData'), MY_DATA.data())],
      [button(t('privacy.forget'), FORGET.data())],
      [button(t('button.home'), HOME.data())],
    ],
  };
}

/** Below the file. */
export function myDataScreen({ t }: Reader): Screen {
  return { text: t('privacy.dataBelow'), buttons: [[button(t('button.home'), HOME.data())]] };
}

export function askForgetEndUserScreen(reader: Reader, { banned, subscriptions }: EndUserLoss): Screen {
  const { t } = reader;
  const losses = subscriptions.map(({ title, expiresAt }) =>
    expiresAt === null
      ? t('privacy.losesForLife', { title })
      : t('privacy.losesUntil', { title, until: date(reader, expiresAt) }),
  );
  return askForget(reader, [t('privacy.askForget'), ...losses, ...banLine(reader, banned)]);
}

export function askForgetOwnerScreen(
  reader: Reader,
  { banned, bots, members, paidUntil }: OwnerLoss,
): Screen {
  const { t } = reader;
  return askForget(reader, [
    t('privacy.askForget'),
    ...(bots === 0 ? [] : [t('privacy.losesBots', { bots, members })]),
    ...(paidUntil === null ? [] : [t('privacy.losesTariff', { until: date(reader, paidUntil) })]),
    ...banLine(reader, banned),
  ]);
}

function banLine({ t }: Reader, banned: boolean): string[] {
  return banned ? [t('privacy.banStays')] : [];
}

function askForget({ t }: Reader, lines: readonly string[]): Screen {
  return {
    text: lines.join('\n\n'),
    buttons: [
      [button(t('privacy.forgetYes'), FORGET_YES.data())],
      [button(t('button.cancel'), PRIVACY.data())],
    ],
  };
}

/** The last word; whoever writes again begins anew. */
export function forgottenScreen({ t }: Reader): Screen {
  return { text: t('privacy.forgotten') };
}
