/** How Telegram opened the page; null: a browser did. */
export interface Launch {
  /** Signed by Telegram; it is sent once, and kept only for a reload. */
  initData: string;
  /** Of Telegram's own interface for pages. */
  version: string;
  theme: Readonly<Record<string, unknown>>;
}

const KEPT = 'launch';

/**
 * What the address brought, and what an earlier launch left where it brought nothing: a page that is loaded again has no
 * fragment any more. Takes the fragment out, so that it stands nowhere.
 */
export function readLaunch(): { launch: Launch | null; token: string | null; isNew: boolean } {
  const fragment = location.hash.slice(1);
  if (fragment !== '') history.replaceState(history.state, '', location.pathname + location.search);
  const params = new URLSearchParams(fragment);
  const initData = params.get('tgWebAppData');
  if (initData !== null) {
    const launch = {
      initData,
      version: params.get('tgWebAppVersion') ?? '6.0',
      theme: readTheme(params.get('tgWebAppThemeParams')),
    };
    sessionStorage.setItem(KEPT, JSON.stringify(launch));
    return { launch, token: null, isNew: true };
  }
  const token = location.pathname === '/panel/enter' && /^[\w-]{20,100}$/.test(fragment) ? fragment : null;
  return { launch: token === null ? readKept() : null, token, isNew: false };
}

function readKept(): Launch | null {
  const kept = parse(sessionStorage.getItem(KEPT));
  if (typeof kept !== 'object' || kept === null || !('initData' in kept)) return null;
  const { initData, version, theme } = kept as Partial<Launch>;
  return { initData: String(initData), version: String(version), theme: theme ?? {} };
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
