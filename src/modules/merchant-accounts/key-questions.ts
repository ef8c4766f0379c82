import type { ClickCredential } from '../../infra/click-api.ts';
import { toAsciiDigits } from '../../shared/digits.ts';
import type { MerchantDetails, MerchantSecrets, Provider } from './merchant-account.ts';

/** One thing that is asked for: its name among an account's keys, and what it may look like. */
export interface KeyField {
  name: KeyName;
  rule: KeyRule;
  /** `-` in its place leaves it out. */
  isOptional: boolean;
}

/** What an answer has to be; each has a sentence of its own for one that is not. */
const RULES = {
  cashbox: /^[0-9a-f]{24}$/i,
  digits: /^\d{1,18}$/,
  key: /^[\x21-\x7e]{8,128}$/,
  secret: /^[\x21-\x7e]{4,128}$/,
  // A colon would end it in the header that it comes in.
  login: /^[\x21-\x39\x3b-\x7e]{1,64}$/,
} as const;
export type KeyRule = keyof typeof RULES;

type KeyName =
  | 'cashboxId'
  | 'key'
  | 'testKey'
  | 'serviceId'
  | 'merchantId'
  | 'secretKey'
  | 'merchantUserId'
  | 'login'
  | 'password'
  | 'testLogin'
  | 'testPassword';

const ask = (name: KeyName, rule: KeyRule, isOptional = false): KeyField => ({ name, rule, isOptional });

/** What is asked for, in this order. */
export const KEY_FIELDS = {
  payme: [ask('cashboxId', 'cashbox'), ask('key', 'key'), ask('testKey', 'key', true)],
  click: [
    ask('serviceId', 'digits'),
    ask('merchantId', 'digits'),
    ask('secretKey', 'secret'),
    ask('merchantUserId', 'digits', true),
  ],
  uzum: [
    ask('serviceId', 'digits'),
    ask('login', 'login'),
    ask('password', 'key'),
    ask('testLogin', 'login', true),
    ask('testPassword', 'key', true),
  ],
} as const satisfies Record<Provider, readonly KeyField[]>;

/** In the order of the questions; null: left out. */
export type KeyAnswers = readonly (string | null)[];

/** What is asked for next; null: everything has its answer. */
export function nextField(provider: Provider, { length }: KeyAnswers): KeyField | null {
  const fields: readonly KeyField[] = KEY_FIELDS[provider];
  return fields[length] ?? null;
}

/**
 * The answers so far with one more. Who has no login for tests is not asked for its password.
 * @param typed as people see it @returns null for an answer that cannot be one
 */
export function withAnswer(given: KeyAnswers, field: KeyField, typed: string): KeyAnswers | null {
  const isNumber = field.rule === 'digits' || field.rule === 'cashbox';
  const answer = isNumber ? toAsciiDigits(typed.trim()) : typed.trim();
  if (field.isOptional && answer === '-') {
    return field.name === 'testLogin' ? [...given, null, null] : [...given, null];
  }
  return RULES[field.rule].test(answer) ? [...given, answer] : null;
}

/** What is no secret of an account, and what is. */
export interface MerchantKeys<P extends Provider = Provider> {
  details: MerchantDetails[P];
  secrets: MerchantSecrets;
}

const KEYS_OF: { readonly [P in Provider]: (answers: KeyAnswers, login: string) => MerchantKeys<P> } = {
  payme: ([cashboxId, key, testKey], login) => ({
    details: { cashboxId: cashboxId ?? '', login },
    secrets: { live: key ?? '', test: testKey ?? null },
  }),
  click: ([serviceId, merchantId, secret, merchantUserId]) => ({
    details: {
      serviceId: serviceId ?? '',
      merchantId: merchantId ?? '',
      merchantUserId: merchantUserId ?? null,
    },
    secrets: { live: secret ?? '', test: null },
  }),
  // A login without its password opens nothing.
  uzum: ([serviceId, login, password, testLogin, testPassword]) => ({
    details: {
      serviceId: serviceId ?? '',
      login: login ?? '',
      testLogin: testPassword ? (testLogin ?? null) : null,
    },
    secrets: { live: password ?? '', test: testPassword ?? null },
  }),
};

/** @param paymeLogin the same for every cashbox, as far as is known */
export function toMerchantKeys(provider: Provider, answers: KeyAnswers, paymeLogin: string): MerchantKeys {
  return KEYS_OF[provider](answers, paymeLogin);
}

/** What Click itself can be asked about; null for all other keys. */
export function toClickKeys(provider: Provider, answers: KeyAnswers): ClickCredential | null {
  if (provider !== 'click') return null;
  const { details, secrets } = KEYS_OF.click(answers, '');
  const { serviceId, merchantUserId } = details;
  return merchantUserId === null ? null : { serviceId, merchantUserId, secret: secrets.live };
}
