import { whoAsks } from './client.ts';

/** As much of a fault as helps to find it. */
const MAX_LENGTH = 200;

/** Tells the server what went wrong in the page. Nobody's words are in it: names of errors and places in our own files. */
export function startFaults(): void {
  window.addEventListener('error', ({ error, message }) => tell(error ?? new Error(message)));
  window.addEventListener('unhandledrejection', ({ reason }) => tell(reason));
}

function tell(error: unknown): void {
  if (!(error instanceof Error) || ['ApiError', 'AwayError', 'AbortError'].includes(error.name)) return;
  const body = {
    name: error.name.slice(0, MAX_LENGTH),
    message: error.message.slice(0, MAX_LENGTH),
    at: (/[\w-]+\.js:\d+:\d+/.exec(error.stack ?? '')?.[0] ?? '').slice(0, MAX_LENGTH),
    screen: location.pathname.replace(/\d+/g, ':id').slice(0, MAX_LENGTH),
  };
  // Best effort: whoever is away hears it not, and there is nobody else to tell.
  void fetch('/panel/api/faults', {
    method: 'POST',
    headers: { ...whoAsks(), 'content-type': 'application/json' },
    body: JSON.stringify(body),
    keepalive: true,
  }).catch(() => undefined);
}
