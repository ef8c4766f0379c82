import { setTimeout as sleep } from 'node:timers/promises';

/** How long a provider waits for an answer, in real milliseconds. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;
const TRIES = 10;

/** What a merchant's program answered, as it came. */
export interface HttpAnswer {
  status: number;
  contentType: string;
  retryAfter: string | null;
  text: string;
}

/** The connection died, or nothing came in time: whether the merchant has heard is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** An answer that the provider's program could not make sense of, or a payment link that its page would not open. */
class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** What every simulator can be told of the world that it stands in. */
export interface ProviderOptions {
  /** The provider's calendar. */
  now?: () => Date;
  /** How long it waits before it asks again. */
  pause?: () => Promise<unknown>;
}

/** @throws NoAnswer */
export async function callMerchant(
  url: string,
  {
    method = 'POST',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<HttpAnswer> {
  const hasBody = method !== 'GET' && method !== 'HEAD' && body !== undefined;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(hasBody && { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      retryAfter: response.headers.get('retry-after'),
      text: await response.text(),
    };
  } catch (cause) {
    throw new NoAnswer(`${method} ${url} was not answered`, { cause });
  }
}

/** Asks again until the answer is one to go by. @throws the last trouble once it has been asked often enough */
export async function insist<T>(
  ask: () => Promise<T>,
  isLasting: (answer: T) => boolean,
  { pause = usualPause }: ProviderOptions = {},
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await ask();
      if (isLasting(answer) || tries === TRIES) return answer;
    } catch (error) {
      if (!(error instanceof NoAnswer) || tries === TRIES) throw error;
    }
    await pause();
  }
}

function usualPause(): Promise<unknown> {
  return sleep(PAUSE_MS, undefined, { ref: false });
}

/** @throws Unreadable unless it is one JSON object, sent as one */
export function readJsonObject({ contentType, text }: HttpAnswer): Record<string, unknown> {
  if (!/^application\/json(?:;\s*charset=utf-8)?$/i.test(contentType))
    throw new Unreadable(`The answer is “${contentType}” and no JSON: ${text}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Unreadable(`The answer is no JSON: ${text}`, { cause });
  }
  if (!isRecord(value)) throw new Unreadable(`The answer is no object: ${text}`);
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws Unreadable unless it holds these fields and no other */
export function demandFields(
  answer: Record<string, unknown>,
  fields: readonly string[],
  where: string,
): void {
  const there = Object.keys(answer).toSorted().join(', ');
  if (there !== fields.toSorted().join(', '))
    throw new Unreadable(`${where} has the fields ${there} instead of ${fields.join(', ')}`);
}

/** @throws Unreadable */
export function demand(isTrue: boolean, complaint: string): asserts isTrue {
  if (!isTrue) throw new Unreadable(complaint);
}
