import { signal } from '@preact/signals';
import type { Me } from '../src/panel/contract/session.ts';
import { LANGUAGES, type Language } from '../src/shared/languages.ts';
import { ApiError, ask, hasToken, keepToken, whenSignedOut } from './api/client.ts';
import { queries } from './api/queries.ts';
import { connect } from './telegram/bridge.ts';
import { type Launch, readLaunch } from './telegram/launch.ts';
import { paint } from './telegram/theme.ts';
import { speak } from './words/words.ts';

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
  /** Of what Telegram signed too long ago: only a new launch helps. */
  | { at: 'stale'; refused: string }
  /** Somebody is signed in, and came by a link that may be another's. */
  | { at: 'asked'; token: string }
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
  if (launch) connect(launch.version);
  paint(launch?.theme ?? {});
  whenSignedOut((error) => void signedOut(error));
  if (opened.isNew) keepToken(undefined);
  // Side by side: whoever is known says their language, whoever is not is spoken to as their browser is.
  await Promise.all([speak(guessLanguage()), letIn(opened.token)]);
}

/** Tries once more what nobody answered. */
export async function letIn(token: string | null = null): Promise<void> {
  try {
    if (launch) return await enterByLaunch(launch);
    if (token !== null && localStorage.getItem(WAS_IN) !== null && (await isSomebodyIn())) {
      phase.value = { at: 'asked', token };
      return;
    }
    if (token !== null) return await signIn({ token });
    await enter(await ask<Me>('GET', '/me'));
  } catch (error) {
    refuse(error);
  }
}

/** By the session of this launch, as long as it lasts; else anew by what Telegram signed. */
async function enterByLaunch({ initData }: Launch): Promise<void> {
  if (hasToken()) {
    try {
      return await enter(await ask<Me>('GET', '/me'));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      keepToken(undefined);
    }
  }
  await signIn({ initData });
}

async function isSomebodyIn(): Promise<boolean> {
  try {
    await ask<Me>('GET', '/me');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    throw error;
  }
}

/** By a link or a code that the main bot gave out. What comes of it is in `phase`. */
export async function signInBy(given: { token: string } | { code: string }): Promise<void> {
  try {
    await signIn(given);
  } catch (error) {
    refuse(error);
  }
}

async function signIn(body: { initData: string } | { token: string } | { code: string }): Promise<void> {
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
  localStorage.removeItem(WAS_IN);
  queries.clear();
  known.value = null;
  phase.value = { at: 'out', refused: null };
}

/** A Mini App opens itself anew as long as what Telegram signed is fresh. */
async function signedOut(error: ApiError): Promise<void> {
  if (phase.peek().at !== 'in') return;
  leave();
  if (launch) await letIn();
  else refuse(error);
}

function refuse(error: unknown): void {
  if (!(error instanceof ApiError)) phase.value = { at: 'away' };
  else if (launch && error.code !== 'session.notKnown') phase.value = { at: 'stale', refused: error.message };
  else phase.value = { at: 'out', refused: error.code === 'session.none' ? null : error.message };
}

function guessLanguage(): Language {
  const [first = ''] = navigator.language.toLowerCase().split('-');
  return LANGUAGES.find((language) => language === first) ?? 'uz';
}
