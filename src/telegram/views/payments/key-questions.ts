import { FISCAL_FIELDS, type FiscalField } from '../../../modules/merchant-accounts/fiscal-questions.ts';
import {
  KEY_FIELDS,
  type KeyAnswers,
  type KeyRule,
  nextField,
} from '../../../modules/merchant-accounts/key-questions.ts';
import type { Provider } from '../../../modules/merchant-accounts/merchant-account.ts';
import { button, type Screen } from '../../common/screen.ts';
import type { Viewer } from '../common.ts';

/** What is said before a question: what was wrong with the answer, or that its message is still there. */
export type KeysHeading = KeyRule | 'again' | 'wrong' | 'unchecked' | 'notDeleted';

/** @param given the answers so far @param back the data of the button that leaves the questions */
export function askKeyScreen(
  { t }: Viewer,
  provider: Provider,
  given: KeyAnswers,
  back: string,
  heading: readonly KeysHeading[] = [],
): Screen {
  const field = nextField(provider, given);
  const fields = KEY_FIELDS[provider];
  const step = t('connect.step', { n: given.length + 1, of: fields.length });
  const question = field ? t(`connect.ask.${field.name}`, { provider: nameOf({ t }, provider) }) : '';
  return {
    text: [
      ...heading.map((line) => t(`connect.heading.${line}`)),
      `🔑 ${step}. ${question}`,
      ...(field?.isOptional ? [t('connect.optional')] : []),
      ...(given.length === 0 ? [t('connect.keysLeaveChat')] : []),
    ].join('\n\n'),
    buttons: [[button(t('button.cancel'), back)]],
  };
}

export function keysSetScreen(
  { t }: Viewer,
  provider: Provider,
  heading: readonly KeysHeading[],
  back: string,
): Screen {
  const name = nameOf({ t }, provider);
  return {
    text: [
      t('connect.keysTaken', { provider: name }),
      ...heading.map((line) => t(`connect.heading.${line}`)),
    ].join('\n\n'),
    buttons: [[button(t('connection.page', { provider: name }), back)]],
  };
}

/** @param isAgain the last answer could not be one */
export function askFiscalScreen(
  { t }: Viewer,
  field: FiscalField,
  { back, isAgain }: { back: string; isAgain: boolean },
): Screen {
  const n = FISCAL_FIELDS.findIndex(({ name }) => name === field.name) + 1;
  return {
    text: [
      ...(isAgain ? [t(`connect.fiscal.malformed.${field.name}`)] : []),
      `🧾 ${t('connect.step', { n, of: FISCAL_FIELDS.length })}. ${t(`connect.fiscal.ask.${field.name}`)}`,
      t('connect.fiscal.optional'),
    ].join('\n\n'),
    buttons: [[button(t('button.cancel'), back)]],
  };
}

function nameOf({ t }: Pick<Viewer, 't'>, provider: Provider): string {
  return t(`provider.name.${provider}`);
}
