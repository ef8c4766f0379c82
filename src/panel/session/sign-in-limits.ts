import { networkOf } from '../../infra/minute-count.ts';
import { AppError } from '../../kernel/errors.ts';
import { TooFastError } from '../refusals.ts';
import { createLimit } from './limits.ts';

/** Of a network: sessions that it is refused, and granted. */
const REFUSED_A_MINUTE = 10;
const GRANTED_A_MINUTE = 120;
/** Of all: codes are short enough to be guessed at. */
const WRONG_CODES_A_MINUTE = 100;
/** Of a network: as many as it may be granted. */
const MOST_IN_LINE = GRANTED_A_MINUTE;
const LINE_SECONDS = 2;
const ALL = 'all';

/**
 * Who tries to sign in. The attempts of a network are made one after the other: so only those that were refused count as
 * that, and many people who come at once do not stand in each other's way, while many guesses at once are judged no more
 * often than as many in a row.
 */
export function createSignInLimits() {
  const refused = createLimit(REFUSED_A_MINUTE);
  const granted = createLimit(GRANTED_A_MINUTE);
  const wrongCodes = createLimit(WRONG_CODES_A_MINUTE);
  const inLine = createLine(MOST_IN_LINE);

  return {
    /** @throws TooFastError, and whatever the attempt throws; an AppError is a refusal */
    attempt<T>(ip: string, { byCode }: { byCode: boolean }, signIn: () => Promise<T>): Promise<T> {
      const network = networkOf(ip);
      return inLine(network, async () => {
        refused.require(network);
        granted.require(network);
        // Networks do not wait for each other, so of all of them an attempt counts until it is known to be none.
        const wasNotWrong = byCode ? wrongCodes.count(ALL) : () => undefined;
        try {
          const signedIn = await signIn();
          granted.count(network);
          wasNotWrong();
          return signedIn;
        } catch (error) {
          if (error instanceof AppError) refused.count(network);
          else wasNotWrong();
          throw error;
        }
      });
    },
  };
}

/** Does what comes under one name one after the other. */
function createLine(most: number) {
  const lines = new Map<string, { length: number; last: Promise<unknown> }>();
  /** @throws TooFastError where too many wait already */
  return async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const line = lines.get(name) ?? { length: 0, last: Promise.resolve() };
    if (line.length >= most) throw new TooFastError(LINE_SECONDS);
    line.length += 1;
    lines.set(name, line);
    const acting = line.last.then(act);
    line.last = acting.catch(() => undefined);
    try {
      return await acting;
    } finally {
      line.length -= 1;
      if (line.length === 0) lines.delete(name);
    }
  };
}
