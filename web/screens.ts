import type { ComponentType } from 'preact';
import type { Right } from '../src/shared/team/roles.ts';
import type { WebKey } from './words/words.ts';

/** Whose hat a screen belongs to: of all bots of an owner, of one of them, of the platform, or of anybody. */
type Place = 'owner' | 'bot' | 'moderator' | 'anybody';

export interface Screen {
  /** Also of its testid, `screen-<name>`, and of whatever leads there, `nav-<name>`. */
  name: string;
  place: Place;
  /** Below `/panel`; with what is opened in it, if anything is. */
  path: string;
  title: WebKey;
  icon: string;
  /** The part of the product that it shows; absent: one that always is. */
  feature?: string;
  /** In its bot; `owner`: nobody helps with that. Absent: it is of no bot. */
  right?: Right | 'owner';
  load: () => Promise<{ default: ComponentType }>;
}

/** TABLE OF CONTENTS: every screen, each loaded when it is opened. */
export const SCREENS: readonly Screen[] = [
  {
    name: 'home',
    place: 'owner',
    path: '/',
    title: 'panel.screen.home',
    icon: 'home',
    load: () => import('./screens/home.tsx'),
  },
  {
    name: 'bot',
    place: 'bot',
    right: 'look',
    path: '/',
    title: 'panel.screen.bot',
    icon: 'bot',
    load: () => import('./screens/shop/bot.tsx'),
  },
  {
    name: 'receipts',
    place: 'bot',
    right: 'receipts',
    path: '/receipts/:id?',
    title: 'panel.screen.receipts',
    icon: 'receipt',
    load: () => import('./screens/desk/receipts.tsx'),
  },
  {
    name: 'users',
    place: 'bot',
    right: 'people',
    path: '/users/:id?',
    title: 'panel.screen.users',
    icon: 'users',
    load: () => import('./screens/people/users.tsx'),
  },
  {
    name: 'payments',
    place: 'bot',
    right: 'shop',
    path: '/payments/:id?',
    title: 'panel.screen.payments',
    icon: 'money',
    load: () => import('./screens/payments/payments.tsx'),
  },
  {
    name: 'plans',
    place: 'bot',
    right: 'shop',
    path: '/plans',
    title: 'panel.screen.plans',
    icon: 'plans',
    load: () => import('./screens/shop/plans.tsx'),
  },
  {
    name: 'analytics',
    place: 'bot',
    right: 'shop',
    path: '/analytics/:tab?',
    title: 'panel.screen.analytics',
    icon: 'chart',
    load: () => import('./screens/analytics/analytics.tsx'),
  },
  {
    name: 'promo',
    place: 'bot',
    right: 'shop',
    path: '/promo/:id?',
    title: 'panel.screen.promo',
    icon: 'promo',
    feature: 'promo',
    load: () => import('./screens/shop/promo.tsx'),
  },
  {
    name: 'referral',
    place: 'bot',
    right: 'shop',
    path: '/referral',
    title: 'panel.screen.referral',
    icon: 'invite',
    feature: 'referral',
    load: () => import('./screens/shop/referral.tsx'),
  },
  {
    name: 'sources',
    place: 'bot',
    right: 'shop',
    path: '/sources/:id?',
    title: 'panel.screen.sources',
    icon: 'source',
    feature: 'sources',
    load: () => import('./screens/shop/sources.tsx'),
  },
  {
    name: 'broadcasts',
    place: 'bot',
    right: 'shop',
    path: '/broadcasts/:id?',
    title: 'panel.screen.broadcasts',
    icon: 'send',
    feature: 'broadcast',
    load: () => import('./screens/broadcasts/broadcasts.tsx'),
  },
  {
    name: 'texts',
    place: 'bot',
    right: 'shop',
    path: '/texts',
    title: 'panel.screen.texts',
    icon: 'text',
    load: () => import('./screens/shop/texts.tsx'),
  },
  {
    name: 'settings',
    place: 'bot',
    right: 'shop',
    path: '/settings',
    title: 'panel.screen.settings',
    icon: 'settings',
    load: () => import('./screens/shop/settings.tsx'),
  },
  {
    name: 'team',
    place: 'bot',
    right: 'owner',
    path: '/team',
    title: 'panel.screen.team',
    icon: 'person',
    feature: 'team',
    load: () => import('./screens/shop/team.tsx'),
  },
  {
    name: 'health',
    place: 'bot',
    right: 'shop',
    path: '/health',
    title: 'panel.screen.health',
    icon: 'health',
    load: () => import('./screens/shop/health.tsx'),
  },
  {
    name: 'audit',
    place: 'bot',
    right: 'owner',
    path: '/audit',
    title: 'panel.screen.audit',
    icon: 'audit',
    load: () => import('./screens/shop/audit.tsx'),
  },
  {
    name: 'mod-dashboard',
    place: 'moderator',
    path: '/',
    title: 'panel.screen.mod-dashboard',
    icon: 'home',
    load: () => import('./screens/moderator/dashboard.tsx'),
  },
  {
    name: 'mod-owners',
    place: 'moderator',
    path: '/owners/:id?',
    title: 'panel.screen.mod-owners',
    icon: 'users',
    load: () => import('./screens/moderator/owners.tsx'),
  },
  {
    name: 'mod-payments',
    place: 'moderator',
    path: '/payments',
    title: 'panel.screen.mod-payments',
    icon: 'money',
    load: () => import('./screens/moderator/payments.tsx'),
  },
  {
    name: 'mod-analytics',
    place: 'moderator',
    path: '/analytics',
    title: 'panel.screen.mod-analytics',
    icon: 'chart',
    load: () => import('./screens/moderator/analytics.tsx'),
  },
  {
    name: 'mod-tariffs',
    place: 'moderator',
    path: '/tariffs/:id?',
    title: 'panel.screen.mod-tariffs',
    icon: 'receipt',
    load: () => import('./screens/moderator/tariffs.tsx'),
  },
  {
    name: 'mod-connections',
    place: 'moderator',
    path: '/connections',
    title: 'panel.screen.mod-connections',
    icon: 'link',
    load: () => import('./screens/moderator/connections.tsx'),
  },
  {
    name: 'mod-broadcasts',
    place: 'moderator',
    path: '/broadcasts',
    title: 'panel.screen.mod-broadcasts',
    icon: 'send',
    load: () => import('./screens/moderator/broadcasts.tsx'),
  },
  {
    name: 'mod-settings',
    place: 'moderator',
    path: '/settings',
    title: 'panel.screen.mod-settings',
    icon: 'settings',
    load: () => import('./screens/moderator/settings.tsx'),
  },
  {
    name: 'mod-audit',
    place: 'moderator',
    path: '/audit',
    title: 'panel.screen.mod-audit',
    icon: 'audit',
    load: () => import('./screens/moderator/audit.tsx'),
  },
  {
    name: 'mod-health',
    place: 'moderator',
    path: '/health',
    title: 'panel.screen.mod-health',
    icon: 'health',
    load: () => import('./screens/moderator/health.tsx'),
  },
  {
    name: 'me',
    place: 'anybody',
    path: '/me',
    title: 'panel.screen.me',
    icon: 'person',
    load: () => import('./screens/me.tsx'),
  },
];

/** Of one bot's screens; the id stands in the address. */
const BOT_ROOT = '/panel/bots/:botId';
const ROOTS: Record<Place, string> = {
  owner: '/panel',
  bot: BOT_ROOT,
  moderator: '/panel/mod',
  anybody: '/panel',
};

type Placed = Pick<Screen, 'place' | 'path'>;

/** As the router knows it: with whatever may be opened in it. */
export function routeOf({ place, path }: Placed): string {
  return path === '/' ? `${ROOTS[place]}${place === 'owner' ? '/' : ''}` : ROOTS[place] + path;
}

/** Where it is, with nothing opened in it. */
export function addressOf(screen: Placed, botId: string | undefined): string {
  return routeOf(screen)
    .replace(':botId', botId ?? '')
    .replace(/\/:.*$/, '');
}
