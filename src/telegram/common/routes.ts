import { LANGUAGES } from '../../infra/i18n/i18n.ts';
import { MANAGER_ROLES } from '../../kernel/rights.ts';
import { NUMBER_NAMES, REFERRAL_MODES, SWITCH_NAMES } from '../../modules/bot-settings/bot-setting-names.ts';
import { AUDIENCE_STATES } from '../../modules/broadcasts/audience-states.ts';
import { PROVIDERS } from '../../modules/merchant-accounts/merchant-account.ts';
import { PAYMENT_STATUSES } from '../../modules/payments/payment-status.ts';
import { NEW_PLAN_KINDS } from '../../modules/plans/new-plan.ts';
import { SETTING_NAMES } from '../../modules/platform/setting-names.ts';
import { AUDIENCES, PROMO_FIELDS } from '../../modules/promo-codes/promo-code.ts';
import {
  cursor,
  method,
  months,
  neverLimited,
  oneOf,
  route,
  serial,
  serialOrNone,
  telegramId,
  word,
} from './callback-data.ts';

/** Every button there is. The words are a contract: buttons of old messages, and other programs, use them. */
export const LANG = route('lang', oneOf(...LANGUAGES));
/** The choice of a language. */
export const LANGUAGE = route('language');
export const HOME = route('home');
export const SUPPORT = route('support');
/** Whether somebody gets offers: what is about their access or money comes in any case. */
export const MAIL = route('mail', oneOf('on', 'off'));
/** What is kept of the person who presses, and the way out. */
export const PRIVACY = route('privacy');
export const MY_DATA = route('mydata');
export const FORGET = route('forget');
export const FORGET_YES = route('forget', 'yes');

/** Ways into the panel, in the main bot. */
export const PANEL = route('panel');
/** Ends every session: it was somebody else who signed in. */
export const PANEL_OUT = neverLimited(route('panel', 'out'));
/** The word for which the panel waits. */
export const PANEL_YES = neverLimited(route('panel', 'yes', serial));
export const PANEL_NO = neverLimited(route('panel', 'no', serial));

export const PLAN = neverLimited(route('plan', serial));
export const PAY = neverLimited(route('pay', serial, method));
/** How an order by a provider stands. */
export const PAID = neverLimited(route('paid', serial));
export const CANCEL = neverLimited(route('cancel', serial));
/** The next text is a promo code. */
export const PROMO = route('promo');
export const PROMO_DROP = route('promo', 'drop');
export const TRY_AS_END_USER = route('try');

/** The link with which an end user brings friends. */
export const INVITE = route('invite');
/** For somebody on the free list of that chat. */
export const FREE_LINK = route('free-link', serial);
export const MY_SUBSCRIPTION = route('mysub');
export const RELINK = route('relink', serial);
/** What is paid in Stars again and again. */
export const STAR_OFF = neverLimited(route('star-off', serial));
export const STAR_ON = neverLimited(route('star-on', serial));
/** The owner's chat where the bot is administrator already. */
export const CONNECT_OWN = route('connect');

/** A waiting receipt, shown once more. */
export const RECEIPT = route('receipt', serial);
export const APPROVE = neverLimited(route('approve', serial));
export const REJECT = neverLimited(route('reject', serial));
export const REJECT_IN_WORDS = neverLimited(route('reject', serial, 'text'));
export const REJECT_FOR = neverLimited(route('reject', serial, word));

/** From the reasons back to the receipt's own buttons. */
export const UNDECIDED = neverLimited(route('review', serial));

export const REVERT = neverLimited(route('revert', serial));
export const REVERT_YES = neverLimited(route('revert', serial, 'yes'));
/** Money that is to be returned: the queue of a bot, and one of them. */
export const BOT_REFUNDS = route('bot', telegramId, 'refunds', cursor);
export const REFUND = route('refund', serial);
export const REFUND_SEND = neverLimited(route('refund', serial, 'send'));
export const REFUND_DONE = neverLimited(route('refund', serial, 'done'));
export const REFUND_CREDIT = neverLimited(route('refund', serial, 'credit'));
export const REFUND_CREDIT_YES = neverLimited(route('refund', serial, 'credit', 'yes'));

export const ADD_BOT = route('addbot');
export const BOTS = route('bots', cursor);
export const BOT = route('bot', telegramId);
/** What is set once, and what ends something. */
export const BOT_MORE = route('bot', telegramId, 'more');
/** What brings buyers, and keeps them. */
export const BOT_GROW = route('bot', telegramId, 'grow');
/** Who helps its owner, and a link for somebody more. */
export const BOT_TEAM = route('bot', telegramId, 'team');
export const BOT_TEAM_INVITE = route('bot', telegramId, 'team', oneOf(...MANAGER_ROLES));
/** Whoever opened such a link wants to help. */
export const JOIN = route('join', serial);
/** One who helps, or has asked to. */
export const MANAGER = route('mgr', serial);
export const MANAGER_OK = route('mgr', serial, 'ok');
export const MANAGER_NO = route('mgr', serial, 'no');
export const MANAGER_ROLE = route('mgr', serial, 'role', oneOf(...MANAGER_ROLES));
export const MANAGER_REMOVE = route('mgr', serial, 'remove');
export const MANAGER_REMOVE_YES = route('mgr', serial, 'remove', 'yes');
export const MANAGER_LEAVE = route('mgr', serial, 'leave');
export const BOT_SET = route('bot', telegramId, 'set', oneOf(...NUMBER_NAMES));
export const BOT_FLIP = route('bot', telegramId, 'flip', oneOf(...SWITCH_NAMES));
export const BOT_PROMOS = route('bot', telegramId, 'promos', cursor);
export const BOT_PROMO_NEW = route('bot', telegramId, 'promo-new');
/** Who brings whom to a bot, and what they get for it. */
export const BOT_REF = route('bot', telegramId, 'ref');
export const BOT_REF_MODE = route('bot', telegramId, 'ref', oneOf(...REFERRAL_MODES));
/** A reward that waits for its owner's word. */
export const REF_GIVE = route('ref', serial, 'give');
export const REF_DENY = route('ref', serial, 'deny');
export const BOT_SOURCES = route('bot', telegramId, 'sources', cursor);
export const BOT_SOURCE_NEW = route('bot', telegramId, 'source-new');
export const BOT_PLANS = route('bot', telegramId, 'plans');
export const BOT_CARD = route('bot', telegramId, 'card');
const payMethod = oneOf('card', 'stars', ...PROVIDERS);
/** How buyers pay, and one method of it. */
export const BOT_PAY = route('bot', telegramId, 'pay');
export const BOT_PAY_METHOD = route('bot', telegramId, 'pay', payMethod);
export const BOT_PAY_CONNECT = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'connect');
export const BOT_PAY_KEYS = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'keys');
export const BOT_PAY_ON = route('bot', telegramId, 'pay', payMethod, 'on');
export const BOT_PAY_OFF = route('bot', telegramId, 'pay', payMethod, 'off');
/** What to enter at the provider. */
export const BOT_PAY_URLS = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'urls');
export const BOT_PAY_FISCAL = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'fiscal');
/** A new order to try it with. */
export const BOT_PAY_TEST = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'test');
export const BOT_PAY_REMOVE = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'remove');
export const BOT_PAY_REMOVE_YES = route('bot', telegramId, 'pay', oneOf(...PROVIDERS), 'remove', 'yes');
/** The next picture is what people see beside its name. */
export const BOT_PHOTO = route('bot', telegramId, 'photo');
export const BOT_WELCOME = route('bot', telegramId, 'welcome');
/** Getolog's own welcome text again. */
export const BOT_WELCOME_DEFAULT = route('bot', telegramId, 'welcome', 'default');
/** The next text is what buyers agree to. */
export const BOT_TERMS = route('bot', telegramId, 'terms');
export const BOT_STATS = route('bot', telegramId, 'stats');
export const BOT_CHART = route('bot', telegramId, 'chart');
export const BOT_PENDING = route('bot', telegramId, 'pending');
export const BOT_EXPORT = route('bot', telegramId, 'export');
export const BOT_CHECK = route('bot', telegramId, 'check');
export const BOT_PAUSE = route('bot', telegramId, 'pause');
export const BOT_RESUME = route('bot', telegramId, 'resume');
export const BOT_MUTE = route('bot', telegramId, 'mute');
export const BOT_UNMUTE = route('bot', telegramId, 'unmute');
export const BOT_REMOVE = route('bot', telegramId, 'remove');
export const BOT_REMOVE_YES = route('bot', telegramId, 'remove', 'yes');
export const BOT_USERS = route('bot', telegramId, 'users', cursor);
export const BOT_FIND = route('bot', telegramId, 'find');
export const END_USER = route('user', serial);
export const END_USER_BAN = route('user', serial, 'ban');
export const END_USER_UNBAN = route('user', serial, 'unban');
/** The ways into what they have access to, once more. */
export const END_USER_LINK = route('user', serial, 'link');
export const END_USER_GRANT = route('user', serial, 'grant', serial);
/** Undoes a removal by hand. */
export const RESTORE = route('restore', serial);
export const PRICE = route('price', serial, months);
export const PLAN_OFF = route('plan-off', serial);
export const PLAN_ON = route('plan-on', serial);
export const PLAN_PAGE = route('plan-page', serial);
export const PLAN_PRICE = route('plan-price', serial);
export const PLAN_NAME = route('plan-name', serial);
export const PLAN_REMOVE = route('plan-remove', serial);
export const PLAN_REMOVE_YES = route('plan-remove', serial, 'yes');
/** The next text is the price in Stars. */
export const STARS_PRICE = route('stars', serial);
export const STARS_RENEW_ON = route('stars-renew-on', serial);
export const STARS_RENEW_OFF = route('stars-renew-off', serial);
/** Which chats a plan opens. */
export const PLAN_CHATS = route('plan-chats', serial);
export const PLAN_CHAT = route('plan-chat', serial, serial);
/** What may be added beside the standard plans. */
export const CHAT_PLAN_NEW = route('chat', serial, 'plan-new');
export const PLAN_NEW = route('plan-new', serial, oneOf(...NEW_PLAN_KINDS));
/** Whom nobody removes from a chat, or from any of a bot's. */
export const CHAT_FREE = route('chat', serial, 'free', cursor);
export const CHAT_FREE_ADD = route('chat', serial, 'free-add');
export const BOT_FREE_ADD = route('bot', telegramId, 'free-add');
export const FREE_REMOVE = route('free', serial, 'remove');
export const FREE_REMOVE_YES = route('free', serial, 'remove', 'yes');
export const CHAT_DISCONNECT = route('chat', serial, 'disconnect');
export const CHAT_ACCEPT = route('chat', serial, 'accept');
/** A promo code, as its owner sets it up. */
export const PROMO_PAGE = route('promo', serial);
export const PROMO_SET = route('promo', serial, 'set', oneOf(...PROMO_FIELDS));
export const PROMO_FOR = route('promo', serial, 'for', oneOf(...AUDIENCES));
export const PROMO_PLANS = route('promo', serial, 'plans');
export const PROMO_PLAN = route('promo', serial, 'plan', serial);
export const PROMO_ON = route('promo', serial, 'on');
export const PROMO_OFF = route('promo', serial, 'off');
export const PROMO_REMOVE = route('promo', serial, 'remove');
export const PROMO_REMOVE_YES = route('promo', serial, 'remove', 'yes');
/** What goes to many of a bot's people: in the main bot the list, in their own bot the rest. */
export const BOT_CASTS = route('bot', telegramId, 'casts', cursor);
/** The next message is what they get. */
export const CAST_NEW = route('cast');
export const CASTS = route('casts', cursor);
export const CAST = route('cast', serial);
export const CAST_STATE = route('cast', serial, 'seg', oneOf(...AUDIENCE_STATES));
/** Chosen again, each of these is chosen no more. */
export const CAST_CHAT = route('cast', serial, 'chat', serial);
export const CAST_SOURCES = route('cast', serial, 'from');
export const CAST_SOURCE = route('cast', serial, 'from', serial);
export const CAST_LANGUAGE = route('cast', serial, 'lang', oneOf('all', ...LANGUAGES));
export const CAST_PLANS = route('cast', serial, 'plan');
export const CAST_PLAN = route('cast', serial, 'plan', serial);
export const CAST_TEST = route('cast', serial, 'test');
export const CAST_START = route('cast', serial, 'start');
export const CAST_START_YES = route('cast', serial, 'start', 'yes');
export const CAST_PAUSE = neverLimited(route('cast', serial, 'pause'));
export const CAST_RESUME = neverLimited(route('cast', serial, 'resume'));
export const CAST_CANCEL = neverLimited(route('cast', serial, 'cancel'));
/** Where an owner advertises. */
export const SOURCE = route('source', serial);
export const SOURCE_PROMOS = route('source', serial, 'promos', cursor);
export const SOURCE_PROMO = route('source', serial, 'promo', serialOrNone);
export const SOURCE_COST = route('source', serial, 'cost');
export const SOURCE_ARCHIVE = route('source', serial, 'archive');
export const TARIFF = route('tariff');
export const TARIFF_FOR = route('tariff', months);
/** The link by which an owner invites others. */
export const REFER = route('refer');
export const STATS = route('stats');
export const CHART = route('stats', 'chart');

export const MOD = route('mod');
export const MOD_CHART = route('mod', 'chart');
export const MOD_OWNERS = route('mod', 'owners', cursor);
export const MOD_FIND = route('mod', 'find');
export const MOD_OWNER = route('mod', 'owner', serial);
export const MOD_OWNER_BAN = route('mod', 'owner', serial, 'ban');
export const MOD_OWNER_UNBAN = route('mod', 'owner', serial, 'unban');
export const MOD_OWNER_GRANT = route('mod', 'owner', serial, 'grant', months);
export const MOD_BOT_RELEASE = route('mod', 'bot', telegramId, 'release');
export const MOD_PAYMENTS = route('mod', 'payments', oneOf('all', ...PAYMENT_STATUSES), cursor);
export const MOD_TARIFFS = route('mod', 'tariffs');
/** One tariff receipt, shown once more. */
export const MOD_TARIFF = route('mod', 'tariff', serial);
export const MOD_TARIFF_APPROVE = neverLimited(route('mod', 'tariff-approve', serial));
export const MOD_TARIFF_REJECT = neverLimited(route('mod', 'tariff-reject', serial));
/** The providers that owners connect; one of them. */
export const MOD_CONNECTIONS = route('mod', 'conns', cursor);
export const MOD_CONNECTION = route('mod', 'conn', serial);
export const MOD_CONNECTION_WAIVE = route('mod', 'conn', serial, 'waive');
export const MOD_CONNECTION_KEYS = route('mod', 'conn', serial, 'keys');
export const MOD_CONNECTION_LIVE = route('mod', 'conn', serial, 'live');
export const MOD_CONNECTION_TEST = route('mod', 'conn', serial, 'test');
/** What owners send to many. */
export const MOD_CASTS = route('mod', 'casts', cursor);
export const MOD_CAST_STOP = route('mod', 'cast', serial, 'stop');
export const MOD_AUDIT = route('mod', 'audit', cursor);
/** How the platform's parts were in the last 24 hours. */
export const MOD_HEALTH = route('mod', 'health');
export const MOD_SETTINGS = route('mod', 'settings');
export const MOD_SET = route('mod', 'set', oneOf(...SETTING_NAMES));
