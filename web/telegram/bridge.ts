/** How a page speaks with Telegram's clients: three ways to post, one to hear. Nothing in it is secret. */

type Data = Readonly<Record<string, unknown>>;
type Listener = (data: Data) => void;

declare global {
  interface Window {
    TelegramWebviewProxy?: { postEvent(type: string, data: string): void };
    Telegram?: { WebView: { receiveEvent(type: string, data: unknown): void } };
  }
  interface External {
    notify?(json: string): void;
  }
}

/** What each event needs of Telegram's interface for pages; those without were always there. */
const SINCE: Readonly<Record<string, readonly [number, number]>> = {
  web_app_setup_back_button: [6, 1],
  web_app_set_header_color: [6, 1],
  web_app_setup_closing_behavior: [6, 2],
  web_app_setup_swipe_behavior: [7, 7],
  web_app_request_safe_area: [8, 0],
  web_app_request_content_safe_area: [8, 0],
};

const isFramed = window.parent !== window;
const listeners = new Map<string, Set<Listener>>();
let version: readonly [number, number] | null = null;

/** Whether Telegram shows the page. */
export function isInTelegram(): boolean {
  return version !== null;
}

/** Whether the client speaks that version of Telegram's interface for pages, or a newer one. */
export function knows(major: number, minor: number): boolean {
  return version !== null && reaches(version, [major, minor]);
}

/** Says something, where the client knows it. */
export function post(type: string, data: Data = {}): void {
  if (!version || !reaches(version, SINCE[type])) return;
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(type, JSON.stringify(data));
  else if (typeof window.external?.notify === 'function')
    window.external.notify(JSON.stringify({ eventType: type, eventData: data }));
  else if (isFramed) window.parent.postMessage(JSON.stringify({ eventType: type, eventData: data }), '*');
}

/** @returns lets go of it */
export function on(type: string, listener: Listener): () => void {
  const heard = listeners.get(type) ?? new Set();
  listeners.set(type, heard.add(listener));
  return () => void heard.delete(listener);
}

/** Tells the client that the page is there, and hears it from then on. @param said the version of the launch */
export function connect(said: string): void {
  const [major = 6, minor = 0] = said.split('.').map(Number);
  version = [major, minor];
  window.Telegram = { WebView: { receiveEvent: (type, data) => hear(type, data) } };
  window.addEventListener('message', ({ source, origin, data }) => {
    if (source !== window.parent || !/^https:\/\/([\w-]+\.)*telegram\.org$/.test(origin)) return;
    const event = parse(data);
    if (event) hear(event.eventType, event.eventData);
  });
  on('reload_iframe', () => {
    post('iframe_will_reload');
    location.reload();
  });
  if (isFramed) post('iframe_ready', { reload_supported: true });
  post('web_app_ready');
  post('web_app_expand');
  post('web_app_request_theme');
  post('web_app_request_safe_area');
  post('web_app_request_content_safe_area');
  on('visibility_changed', () => post('web_app_request_theme'));
}

function hear(type: string, data: unknown): void {
  const read = typeof data === 'object' && data !== null ? { ...data } : {};
  for (const listener of listeners.get(type) ?? []) listener(read);
}

function reaches([major, minor]: readonly [number, number], least?: readonly [number, number]): boolean {
  return !least || major > least[0] || (major === least[0] && minor >= least[1]);
}

function parse(data: unknown): { eventType: string; eventData: unknown } | null {
  try {
    const event: unknown = JSON.parse(String(data));
    if (typeof event !== 'object' || event === null || !('eventType' in event)) return null;
    return { eventType: String(event.eventType), eventData: 'eventData' in event ? event.eventData : {} };
  } catch {
    // Another message of the frame's: none of ours.
    return null;
  }
}
