import { LANGUAGES } from '../infra/i18n.ts';
import { cursor, months, oneOf, route, serial, telegramId, word } from './callback-data.ts';

/** Every button there is. The words are a contract: buttons of old messages, and other programs, use them. */
export const LANG = route('lang', oneOf(...LANGUAGES));
export const HOME = route('home');
export const SUPPORT = route('support');

export const PLAN = route('plan', serial);
export const PAY = route('pay', serial, oneOf('card'));
export const CANCEL = route('cancel', serial);
export const TRY_AS_END_USER = route('try');

export const APPROVE = route('approve', serial);
export const REJECT = route('reject', serial);
export const REJECT_IN_WORDS = route('reject', serial, 'text');
export const REJECT_FOR = route('reject', serial, word);

export const ADD_BOT = route('addbot');
export const BOTS = route('bots', cursor);
export const BOT = route('bot', telegramId);
export const BOT_PLANS = route('bot', telegramId, 'plans');
export const BOT_CARD = route('bot', telegramId, 'card');
export const BOT_WELCOME = route('bot', telegramId, 'welcome');
export const BOT_STATS = route('bot', telegramId, 'stats');
export const PRICE = route('price', serial, months);
export const PLAN_OFF = route('plan-off', serial);
export const PLAN_ON = route('plan-on', serial);
export const CHAT_DISCONNECT = route('chat', serial, 'disconnect');
export const CHAT_ACCEPT = route('chat', serial, 'accept');
export const TARIFF = route('tariff');
export const STATS = route('stats');
