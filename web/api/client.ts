import { signal } from '@preact/signals';

/** What the panel answers instead of what was asked for: its `message` is in the person's language. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The thing that was to change, as it stands now. */
  readonly current: unknown;
  readonly requestId: string;

  constructor(status: number, { error }: ErrorBody) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.fields = error.fields ?? {};
    this.current = error.current;
    this.requestId = error.requestId;
  }
}

/** Nobody answered, or nobody could: nothing is known of what was asked. */
class AwayError extends Error {
  override readonly name = 'AwayError';
}

interface ErrorBody {
  error: {
    code: string;
    message: string;
    fields?: Record<string, string>;
    current?: unknown;
    requestId: string;
  };
}

const ROOT = '/panel/api';

/** Whether the last request reached nobody. */
export const isAway = signal(false);

/** What a Mini App carries; a browser has its cookie, which no script sees. */
const TOKEN = 'token';
let onSignedOut: (error: ApiError) => void = () => undefined;

export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(TOKEN);
  else sessionStorage.setItem(TOKEN, token);
}

/** Nothing for a browser: its cookie goes along by itself. */
export function whoAsks(): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

export function hasToken(): boolean {
  return sessionStorage.getItem(TOKEN) !== null;
}

/** @param listener hears when a session is over */
export function whenSignedOut(listener: (error: ApiError) => void): void {
  onSignedOut = listener;
}

export interface Sent {
  body?: unknown;
  /** Of whatever gives something: repeated, it gives once. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** @throws ApiError, AwayError */
export async function ask<T>(method: string, path: string, sent: Sent = {}): Promise<T> {
  const response = await askRaw(method, path, sent);
  const text = await response.text().catch(away);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The same, of what is no JSON. @throws ApiError, AwayError */
export async function askRaw(method: string, path: string, sent: Sent = {}): Promise<Response> {
  const headers = whoAsks();
  if (method !== 'GET') headers['content-type'] = 'application/json';
  if (sent.idempotencyKey) headers['idempotency-key'] = sent.idempotencyKey;
  const response = await fetch(ROOT + path, {
    method,
    headers,
    credentials: 'same-origin',
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    ...(sent.signal ? { signal: sent.signal } : {}),
  }).catch(away);
  if (response.ok || response.status === 304) {
    isAway.value = false;
    return response;
  }
  throw await toError(response);
}

async function toError(response: Response): Promise<ApiError | AwayError> {
  const body: Partial<ErrorBody> | null = await response.json().catch(() => null);
  // A proxy before us speaks when nobody behind it does, and a server that is closing does not speak as ours.
  if (!isOurs(body)) {
    isAway.value = true;
    return new AwayError('nobody answers');
  }
  isAway.value = response.status === 503 && body.error.code === 'away';
  const error = new ApiError(response.status, body);
  if (response.status === 401) onSignedOut(error);
  return error;
}

function isOurs(body: Partial<ErrorBody> | null): body is ErrorBody {
  return typeof body?.error?.code === 'string';
}

function away(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  isAway.value = true;
  throw new AwayError('nobody answers', { cause: error });
}
