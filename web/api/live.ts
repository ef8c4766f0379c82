import { signal } from '@preact/signals';
import { readMeAgain } from '../session.ts';
import { on } from '../telegram/bridge.ts';
import { askRaw, isAway } from './client.ts';
import { queries, refresh } from './queries.ts';

/** After how long a stream that ended is asked for again: the server ends each after a quarter of an hour. */
const AGAIN_MS = 1_000;
const DOWN_AGAIN_MS = 30_000;
const AWAY_AGAIN_MS = 3_000;

/** The last word about something that waits for a press in Telegram. */
export const confirmed = signal<{ id: number; state: string } | null>(null);

let reading: AbortController | null = null;
let isStopped = true;
/** Telegram puts a page out of sight without hiding it. */
let isPutBack = false;

/** Hears what changes, as long as the page is looked at. */
export function startLive(): () => void {
  isStopped = false;
  const look = () => (isSeen() ? void read() : stop());
  document.addEventListener('visibilitychange', look);
  const letGo = on('visibility_changed', ({ is_visible }) => {
    isPutBack = is_visible === false;
    look();
  });
  look();
  return () => {
    isStopped = true;
    letGo();
    document.removeEventListener('visibilitychange', look);
    stop();
  };
}

function isSeen(): boolean {
  return !document.hidden && !isPutBack;
}

function stop(): void {
  reading?.abort();
  reading = null;
}

async function read(): Promise<void> {
  if (reading || isStopped) return;
  const abort = new AbortController();
  reading = abort;
  let again = AGAIN_MS;
  try {
    const response = await askRaw('GET', '/events', { signal: abort.signal });
    // What changed while nobody listened is not told.
    await queries.invalidateQueries();
    if (response.body) await readLines(response.body.pipeThrough(new TextDecoderStream()));
  } catch {
    // Whatever ended it, it is asked for again: meanwhile the pages ask by themselves.
    if (!abort.signal.aborted) again = isAway.peek() ? AWAY_AGAIN_MS : DOWN_AGAIN_MS;
  }
  if (reading !== abort) return;
  reading = null;
  setTimeout(() => {
    if (!isSeen() || isStopped) return;
    if (again === DOWN_AGAIN_MS) void queries.invalidateQueries();
    void read();
  }, again);
}

async function readLines(stream: ReadableStream<string>): Promise<void> {
  let rest = '';
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) hear(event);
  }
}

function hear(event: string): void {
  const name = /^event: ?(\w+)$/m.exec(event)?.[1];
  const data = /^data: ?(.*)$/m.exec(event)?.[1];
  if (!name || !data) return;
  const said: unknown = JSON.parse(data);
  if (name === 'confirmation') confirmed.value = said as { id: number; state: string };
  if (name !== 'changed') return;
  const { bot } = said as { bot: string | null };
  void readMeAgain();
  void refresh('/home', bot === null ? '/mod' : `/bots/${bot}`);
}
