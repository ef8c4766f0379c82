import type { CallbackQueryContext, Composer } from 'grammy';
import { isPaymentMethod } from '../../modules/payments/methods/index.ts';
import type { PaymentMethod } from '../../modules/payments/methods/payment-method.ts';
import { MAX_SERIAL } from '../../shared/digits.ts';
import type { BotContext } from './context.ts';

/** One variable part of a button's data: how it is written, and what it is read as. */
interface Part<T> {
  pattern: string;
  /** Undefined: it looks right and cannot be, such as an id beyond the database's. */
  read(text: string): T | undefined;
}

/** An id of ours. */
export const serial: Part<number> = {
  pattern: '[1-9]\\d{0,9}',
  read: (text) => (Number(text) <= MAX_SERIAL ? Number(text) : undefined),
};

const MAX_BIGINT = 2n ** 63n - 1n;

/** The same, or 0: none. */
export const serialOrNone: Part<number> = { pattern: `0|${serial.pattern}`, read: serial.read };

/** An id of Telegram's. */
export const telegramId: Part<bigint> = {
  pattern: '[1-9]\\d{0,18}',
  read: (text) => (BigInt(text) <= MAX_BIGINT ? BigInt(text) : undefined),
};

/** Months of a plan; 0 is lifetime. */
export const months: Part<number> = { pattern: '\\d{1,2}', read: Number };

/** An opaque place in a list; `0` is its beginning. */
export const cursor: Part<string> = { pattern: '[A-Za-z0-9_.-]{1,24}', read: (text) => text };

export const word: Part<string> = { pattern: '[A-Za-z][A-Za-z0-9]{0,15}', read: (text) => text };

/** A method of paying that there is. */
export const method: Part<PaymentMethod> = {
  pattern: word.pattern,
  read: (text) => (isPaymentMethod(text) ? text : undefined),
};

export function oneOf<const W extends string>(...words: W[]): Part<W> {
  return { pattern: words.join('|'), read: (text) => words.find((known) => known === text) };
}

type Segment = string | Part<unknown>;
type Values<S extends readonly Segment[]> = S extends readonly [infer Head, ...infer Tail extends Segment[]]
  ? Head extends Part<infer T>
    ? [T, ...Values<Tail>]
    : Values<Tail>
  : [];

/** A kind of button: writes its data and reads it back. */
export interface Route<V extends unknown[]> {
  readonly regex: RegExp;
  /** It is pressed as often as people like. */
  readonly neverLimited: boolean;
  data(...values: V): string;
  /** Null for data that cannot be meant. */
  read(data: string): V | null;
}

/** `route('price', serial, months)` is the data `price:<serial>:<months>`. */
export function route<const S extends readonly Segment[]>(...segments: S): Route<Values<S>> {
  const parts = segments.filter((segment) => typeof segment !== 'string');
  const source = segments
    .map((segment) => (typeof segment === 'string' ? segment : `(${segment.pattern})`))
    .join(':');
  const regex = new RegExp(`^${source}$`);
  return {
    regex,
    neverLimited: false,
    data(...values) {
      let next = 0;
      return segments
        .map((segment) => (typeof segment === 'string' ? segment : String(values[next++])))
        .join(':');
    },
    read(data) {
      const match = regex.exec(data);
      if (!match) return null;
      const values = parts.map((part, index) => part.read(match[index + 1] ?? ''));
      return values.includes(undefined) ? null : (values as Values<S>);
    },
  };
}

/** For money and decisions: whoever pays, or goes through a stack of receipts, is not told to slow down. */
export function neverLimited<V extends unknown[]>(of: Route<V>): Route<V> {
  return { ...of, neverLimited: true };
}

/** Handles a press if its data is of the right kind; undefined: it is another's. */
type TryPress = (context: BotContext, data: string) => Promise<void> | undefined;

const PRESSES = new WeakMap<object, TryPress[]>();

/**
 * Handles the presses of one kind of button. Data that cannot be meant goes on to "this button is old". All kinds of a
 * composer stand in one list: whatever is no press passes them in one step.
 */
export function onPress<C extends BotContext, V extends unknown[]>(
  composer: Composer<C>,
  of: Route<V>,
  handler: (context: CallbackQueryContext<C>, ...values: V) => Promise<void>,
): void {
  const presses = PRESSES.get(composer) ?? beginPresses(composer);
  presses.push((context, data) => {
    const values = of.read(data);
    return values ? handler(context as CallbackQueryContext<C>, ...values) : undefined;
  });
}

function beginPresses<C extends BotContext>(composer: Composer<C>): TryPress[] {
  const presses: TryPress[] = [];
  PRESSES.set(composer, presses);
  composer.filter(
    (context) => context.callbackQuery?.data !== undefined,
    (context, next) => {
      const data = context.callbackQuery?.data ?? '';
      for (const press of presses) {
        const handling = press(context, data);
        if (handling) return handling;
      }
      return next();
    },
  );
  return presses;
}
