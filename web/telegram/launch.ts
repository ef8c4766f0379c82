/** How Telegram opened the page; null: a browser did. */
export interface Launch {
  /** Signed by Telegram; it is sent once, and kept only for a reload. */
  initData: string;
  /** Of Telegram's own interface for pages. */
  version: string;
  theme: Readonly<Record<string, unknown>>;
  /** Where it was opened, below this host. */
  address: string;
}

const LAUNCH = 'launch';
/** Where somebody is by now. */
const PLACE = 'place';
/** The session of this launch was ended: it opens no other. */
const IS_OVER = 'over';

/**
 * What the address brought, and what an earlier launch left where it brought nothing: a page that is loaded again has no
 * fragment any more. Takes the fragment out, so that it stands nowhere.
 */
export function readLaunch(): { launch: Launch | null; token: string | null; isNew: boolean } {
  const fragment = location.hash.slice(1);
  const address = location.pathname + location.search;
  if (fragment !== '') history.replaceState(history.state, '', address);
  const params = new URLSearchParams(fragment);
  const initData = params.get('tgWebAppData');
  const kept = readKept();
  if (initData !== null) {
    const isNew = initData !== kept?.initData;
    const theme = readTheme(params.get('tgWebAppThemeParams'));
    const launch = { initData, version: params.get('tgWebAppVersion') ?? '6.0', theme, address };
    if (isNew) forgetLaunch();
    // Telegram Web loads the first address again: whoever was elsewhere by then is led back.
    else if (address === kept.address)
      history.replaceState(history.state, '', sessionStorage.getItem(PLACE) ?? address);
    sessionStorage.setItem(LAUNCH, JSON.stringify(launch));
    return { launch, token: null, isNew };
  }
  const token = location.pathname === '/panel/enter' && /^[\w-]{20,100}$/.test(fragment) ? fragment : null;
  return { launch: token === null ? kept : null, token, isNew: false };
}

/** As if it had never been: the page is a browser's from the next time on that it is loaded. */
export function forgetLaunch(): void {
  for (const key of [LAUNCH, PLACE, IS_OVER]) sessionStorage.removeItem(key);
}

/** @param address below this host */
export function keepPlace(address: string): void {
  sessionStorage.setItem(PLACE, address);
}

export function endLaunch(): void {
  sessionStorage.setItem(IS_OVER, 'yes');
}

export function isLaunchOver(): boolean {
  return sessionStorage.getItem(IS_OVER) !== null;
}

/** Whom Telegram signed it for, by its own word: whether that is true is the server's to say. */
export function whoLaunched({ initData }: Launch): string | null {
  const user = parse(new URLSearchParams(initData).get('user'));
  return typeof user === 'object' && user !== null && 'id' in user ? String(user.id) : null;
}

function readKept(): Launch | null {
  const kept = parse(sessionStorage.getItem(LAUNCH));
  if (typeof kept !== 'object' || kept === null || !('initData' in kept)) return null;
  const { initData, version, theme, address } = kept as Partial<Launch>;
  return {
    initData: String(initData),
    version: String(version),
    theme: theme ?? {},
    address: String(address),
  };
}

function readTheme(text: string | null): Readonly<Record<string, unknown>> {
  const theme = parse(text);
  return typeof theme === 'object' && theme !== null ? { ...theme } : {};
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    // Clients have sent garbage: our own colours do as well.
    return null;
  }
}
