import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { SECOND_MS } from '../shared/durations.ts';
import { readJson } from '../shared/json.ts';

/** Click answers within seconds; what takes longer has an unknown outcome. */
const CALL_LIMIT_MS = 15 * SECOND_MS;
/** Its answers are some hundred bytes, and its notes a sentence. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_NOTE_LENGTH = 200;

/** Who asks, by what an owner has at Click. */
export interface ClickCredential {
  serviceId: string;
  merchantUserId: string;
  secret: string;
}

/**
 * How a reversal came out. `done`: the money goes back. `refused`: it does not, and why in Click's words, which may be
 * none. `unknown`: nobody knows; the same is asked again.
 */
export type ReversalOutcome = { kind: 'done' } | { kind: 'refused'; note: string } | { kind: 'unknown' };

/** What Click says of keys. `unreachable`: nothing. */
export type KeyCheck = 'right' | 'wrong' | 'unreachable';

export interface ClickApi {
  reverse: (credential: ClickCredential, paydocId: string) => Promise<ReversalOutcome>;
  checkKeys: (credential: ClickCredential) => Promise<KeyCheck>;
  close: () => Promise<void>;
}

const answer = z.object({ error_code: z.number(), error_note: z.string().nullish() });

/** Click's API for merchants. Nothing here throws what holds a key: a failed call is an outcome. */
export function createClickApi({ root, now }: { root: string; now: () => Date }): ClickApi {
  const dispatcher = new Agent({ maxResponseSize: MAX_ANSWER_BYTES });

  /** Null: no answer came. */
  async function call(
    method: 'GET' | 'DELETE',
    path: string,
    credential: ClickCredential,
  ): Promise<{ status: number; text: string } | null> {
    try {
      const response = await request(`${root}/${path}`, {
        dispatcher,
        method,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          auth: authOf(credential, now()),
        },
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
      });
      return { status: response.statusCode, text: await response.body.text() };
    } catch {
      // Whatever broke on the way: Click may have heard it or not, and no more can be known here.
      return null;
    }
  }

  return {
    async reverse(credential, paydocId) {
      const answered = await call(
        'DELETE',
        `payment/reversal/${credential.serviceId}/${paydocId}`,
        credential,
      );
      return answered ? readReversal(answered) : { kind: 'unknown' };
    },
    async checkKeys(credential) {
      const answered = await call('GET', `payment/status/${credential.serviceId}/0`, credential);
      if (!answered) return 'unreachable';
      return answered.status === 401 || answered.status === 403 ? 'wrong' : 'right';
    },
    close: () => dispatcher.destroy(),
  };
}

/** The header `Auth`: Click takes it for some minutes after its time. */
export function authOf({ merchantUserId, secret }: Omit<ClickCredential, 'serviceId'>, now: Date): string {
  const timestamp = Math.floor(now.getTime() / SECOND_MS);
  const sum = createHash('sha1').update(`${timestamp}${secret}`).digest('hex');
  return `${merchantUserId}:${sum}:${timestamp}`;
}

export function readReversal({ status, text }: { status: number; text: string }): ReversalOutcome {
  const read = answer.safeParse(readJson(text));
  const note = (read.data?.error_note ?? '').slice(0, MAX_NOTE_LENGTH);
  if (status === 200) {
    if (!read.success) return { kind: 'unknown' };
    return read.data.error_code === 0 ? { kind: 'done' } : { kind: 'refused', note };
  }
  // Too many calls, or a proxy between: neither is Click's word on this payment.
  if (status < 400 || status >= 500 || status === 408 || status === 429) return { kind: 'unknown' };
  return { kind: 'refused', note: note || `HTTP ${status}` };
}
