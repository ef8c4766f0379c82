interface HeardEvent {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it expects.
  data: any;
}

/** What an open page hears, until it is closed. */
export interface EventStream {
  status: number;
  headers: Headers;
  heard: HeardEvent[];
  /** When the server has ended it. */
  ended: Promise<void>;
  close(): void;
}

export async function openEvents(origin: string, headers: Record<string, string>): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(`${origin}/panel/api/events`, { headers, signal: abort.signal });
  const heard: HeardEvent[] = [];
  const ended = response.ok && response.body ? read(response.body, heard) : Promise.resolve();
  return { status: response.status, headers: response.headers, heard, ended, close: () => abort.abort() };
}

async function read(body: ReadableStream<Uint8Array>, heard: HeardEvent[]): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const part of body) {
      const events = (rest + decoder.decode(part, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const text of events) {
        const event = /^event: (\w+)$/m.exec(text)?.[1];
        if (event) heard.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? 'null') });
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
  }
}
