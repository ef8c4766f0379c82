import type { Subject } from '../../kernel/outbox/outbox-message.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import type { GivenOverMatter } from '../../shared/locale-keys.ts';
import type { Address, Recipient } from './address.ts';

/**
 * Everything that Getolog tells somebody of its own accord: who may hear it, what is stored of it, and what its text needs.
 * Modules add theirs. Stored are ids and moments, as JSON; the rest is read when it is told, as it is by then.
 *
 *     paymentRejected: { to: 'endUser'; payload: { paymentId: number }; content: { payment: Payment; title: string } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules fill it.
export interface Notices {}

export type NoticeKind = keyof Notices;

/** A notice as it is stored. */
export type Notice = { [K in NoticeKind]: { kind: K } & Notices[K]['payload'] }[NoticeKind];

/** A notice with everything its text needs. */
export type NoticeContent = { [K in NoticeKind]: { kind: K } & Notices[K]['content'] }[NoticeKind];

export interface NoticeContext {
  to: Recipient;
  now: Date;
  /** What an outbox message that Telegram refuses is about; see `OutboxDefinition.givenOver`. */
  findGivenOver: (messageId: bigint) => Promise<GivenOver | null>;
}

/** What an owner is asked to help with. */
export interface GivenOver extends Subject {
  matter: GivenOverMatter;
  botId: number;
}

export interface NoticeDefinition<K extends NoticeKind> {
  kind: K;
  /** About money or access: repeated until it is confirmed. Any other counts as sent where nobody knows. */
  isSure: boolean;
  /** It comes without a sound, behind everything else in its chat. */
  isQuiet: boolean;
  /** Reads what its text needs. Null: what it is about is gone or has changed, or its recipient is not to hear of it. */
  content: (
    db: Db,
    payload: Notices[K]['payload'],
    context: NoticeContext,
  ) => Promise<Notices[K]['content'] | null>;
}

export type NoticeTable<K extends NoticeKind = NoticeKind> = { readonly [P in K]: NoticeDefinition<P> };

/** A module's notices, each by its kind. */
export function defineNotices<K extends NoticeKind>(
  definitions: {
    readonly [P in K]: Omit<NoticeDefinition<P>, 'kind'>;
  },
): NoticeTable<K> {
  const named = Object.entries<object>(definitions).map(([kind, definition]) => [
    kind,
    { kind, ...definition },
  ]);
  return Object.fromEntries(named) as NoticeTable<K>;
}

interface TellOptions {
  /** Where one event may be heard twice, what it is called; known for as long as delivered messages are kept. */
  key?: string;
  /** The tenant whose lane it stands in. */
  botId?: number;
  dueAt?: Date;
}

/** An end user reads it in their bot: that is always named. */
type OptionsFor<To extends Recipient> = [Extract<To, { kind: 'endUser' }>] extends [never]
  ? [options?: TellOptions]
  : [options: TellOptions & { botId: number }];

/** Enqueues a notice; everything that tells anybody something comes through here. */
export function tell<K extends NoticeKind, To extends Extract<Recipient, { kind: Notices[K]['to'] }>>(
  { enqueue }: Pick<Work, 'enqueue'>,
  { kind, isSure, isQuiet: quiet }: Pick<NoticeDefinition<K>, 'kind' | 'isSure' | 'isQuiet'>,
  to: To,
  payload: Notices[K]['payload'],
  ...[options]: OptionsFor<To>
): void {
  const notice = { kind, ...payload } as Notice;
  enqueue({ kind: isSure ? 'sure-notice' : 'small-notice', ...options, payload: { to, notice, quiet } });
}

/** How notices reach people. Each call is tried once; errors are `DeliveryError`. */
export interface NoticeGateway {
  sendNotice(to: Address, content: NoticeContent, quiet: boolean): Promise<void>;
}
