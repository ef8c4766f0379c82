import { signal } from '@preact/signals';
import type { Me } from '../src/panel/contract/session.ts';
import { LANGUAGES, type Language } from '../src/shared/languages.ts';
import { ApiError, ask, hasToken, keepToken, whenSignedOut } from './api/client.ts';
import { queries } from './api/queries.ts';
import { connect } from './telegram/bridge.ts';
import { keepInsets } from './telegram/insets.ts';
import {
  endLaunch,
  forgetLaunch,
  isLaunchOver,
  type Launch,
  readLaunch,
  whoLaunched,
} from './telegram/launch.ts';
import { paint } from './telegram/theme.ts';
import { speak } from './words/words.ts';

/** What opens a session. */
export type Given = { initData: string } | { token: string } | { code: string };

interface SignedIn {
  session: { token?: string };
  me: Me;
}

/** Where somebody is on their way in. */
export type Phase =
  | { at: 'starting' }
  | { at: 'in' }
  /** `refused`: in the person's language, why the last try came to nothing. */
  | { at: 'out'; refused: string | null }
  /** What Telegram signed opens nothing any more: only a new launch helps. */
  | { at: 'stale'; refused: string | null }
  /** Somebody is signed in, and came by a link that may be another's. */
  | { at: 'asked'; by: Given }
  /** Nobody answers. */
  | { at: 'away' };

export const phase = signal<Phase>({ at: 'starting' });
const known = signal<Me | null>(null);

/** Whoever is signed in; what is shown to nobody else may rely on it. */
export function me(): Me {
  if (!known.value) throw new Error('nobody is signed in');
  return known.value;
}

/** Noted in a browser whose cookie, which no script sees, may still be good. */
const WAS_IN = 'was-in';

let launch: Launch | null = null;

/** Knows how the page was opened, and lets its person in if it can. */
export async function start(): Promise<void> {
  const opened = readLaunch();
  launch = opened.launch;
  keepInsets();
  if (launch) connect(launch.version);
  paint(launch?.theme ?? {});
  whenSignedOut(signedOut);
  if (opened.isNew) keepToken(undefined);
  // Side by side: whoever is known says their language, whoever is not is spoken to as their browser is.
  await Promise.all([speak(guessLanguage()), letIn(opened.token)]);
}

/** Tries once more what nobody answered. */
export async function letIn(token: string | null = null): Promise<void> {
  try {
    if (launch) return await enterByLaunch(launch);
    if (token !== null) return (await whoIsIn()) === null ? await signIn({ token }) : askFirst({ token });
    await enter(await ask<Me>('GET', '/me'));
  } catch (error) {
    refuse(error);
  }
}

/** By the session of this launch, as long as it lasts; it has one alone. */
async function enterByLaunch(launched: Launch): Promise<void> {
  const { initData } = launched;
  if (isLaunchOver()) phase.value = { at: 'stale', refused: null };
  else if (hasToken()) await enter(await ask<Me>('GET', '/me'));
  else if (await isAnothers(launched)) askFirst({ initData });
  else await signIn({ initData });
}

/** A link with what Telegram signed for one is followed by somebody else. */
async function isAnothers(launched: Launch): Promise<boolean> {
  const present = await whoIsIn();
  return present !== null && present.person.telegramId !== whoLaunched(launched);
}

function askFirst(by: Given): void {
  phase.value = { at: 'asked', by };
}

/** By a cookie. Null: nobody, as far as this browser knows; it asks only where somebody was. */
async function whoIsIn(): Promise<Me | null> {
  if (localStorage.getItem(WAS_IN) === null) return null;
  try {
    return await ask<Me>('GET', '/me');
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Whoever was asked stays who they are. */
export function stay(): void {
  forgetLaunch();
  location.replace(location.pathname === '/panel/enter' ? '/panel/' : location.href);
}

/** By a link or a code that the main bot gave out. What comes of it is in `phase`. */
export async function signInBy(given: Given): Promise<void> {
  try {
    await signIn(given);
  } catch (error) {
    refuse(error);
  }
}

async function signIn(body: Given): Promise<void> {
  const { session, me: person } = await ask<SignedIn>('POST', '/session', { body });
  keepToken(session.token);
  if (location.pathname === '/panel/enter') history.replaceState(null, '', '/panel/');
  await enter(person);
}

async function enter(person: Me): Promise<void> {
  await speak(person.person.language);
  if (!launch) localStorage.setItem(WAS_IN, 'yes');
  known.value = person;
  phase.value = { at: 'in' };
}

/** What `me` says has changed. */
export async function readMeAgain(): Promise<void> {
  await enter(await ask<Me>('GET', '/me'));
}

/** Ends this session here; the server has ended it, or does. */
export function leave(): void {
  keepToken(undefined);
  queries.clear();
  known.value = null;
  if (launch) {
    goStale(null);
    return;
  }
  localStorage.removeItem(WAS_IN);
  phase.value = { at: 'out', refused: null };
}

function signedOut(error: ApiError): void {
  if (phase.peek().at !== 'in') return;
  leave();
  if (!launch) refuse(error);
}

/** For good: what Telegram signed once opens no second session, however often the page is loaded again. */
function goStale(refused: string | null): void {
  endLaunch();
  phase.value = { at: 'stale', refused };
}

function refuse(error: unknown): void {
  const isLater = !(error instanceof ApiError) || error.status >= 500 || (launch && error.status === 429);
  if (isLater) phase.value = { at: 'away' };
  else if (launch && error.status === 401) goStale(error.message);
  else phase.value = { at: 'out', refused: error.code === 'session.none' ? null : error.message };
}

function guessLanguage(): Language {
  const [first = ''] = navigator.language.toLowerCase().split('-');
  return LANGUAGES.find((language) => language === first) ?? 'uz';
}
