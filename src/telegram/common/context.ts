import type { Context } from 'grammy';
import type { User } from 'grammy/types';
import type { Translator } from '../../infra/i18n/i18n.ts';
import {
  type EndUserActor,
  type ModeratorActor,
  type OwnerActor,
  type Pressed,
  type TeamActor,
  teamActor,
} from '../../kernel/actor.ts';
import { type ManagerRole, mayDo } from '../../kernel/rights.ts';
import type { Person, TenantScope } from '../../kernel/tenant-scope.ts';
import type { EndUser, KnownEndUser } from '../../modules/end-users/end-user.ts';
import type { Owner } from '../../modules/owners/owner.ts';
import type { KnownOwner } from '../../modules/owners/owner-service.ts';
import type { Storefront } from '../../modules/payments/storefront-service.ts';
import { digestOf } from '../../shared/digest.ts';
import { shorten } from '../../shared/text.ts';
import { asSeen } from '../../shared/typed.ts';
import type { SenderRate } from '../intake/update-claims.ts';
import type { Press } from './press.ts';

/** What every handler has. */
export interface BotContext extends Context {
  /** The person's language, as far as it is known yet. */
  t: Translator;
  /** Set where the update is a press. */
  press: Press | undefined;
  /** How fast the person is, known with the claim. */
  senderRate: SenderRate;
  /** Whether this message may be the answer to a question; absent: nobody has looked yet. */
  hasOpenQuestion: boolean | undefined;
}

export interface MainContext extends BotContext {
  load: {
    /** Who speaks, as the database knew them before; null: never here. */
    visitor(): Promise<KnownOwner | null>;
  };
  owner: Owner;
}

export interface SellerContext extends BotContext {
  /** Bound by the registry before anything else. */
  scope: TenantScope;
  load: SellerLoaders;
  /** Whether the person of this update owns the bot. */
  isOwner: boolean;
  /** With what they help its owner; null: with nothing. Whether they still may is asked when they do. */
  helpsAs: ManagerRole | null;
  /**
   * Who speaks in a private chat, as this bot knows them. An owner becomes an end user of their own bot only by
   * acting as one.
   */
  endUser: () => Promise<EndUser>;
}

/** Each reads at most once an update, when it is asked first: to read ahead is to ask early. */
export interface SellerLoaders {
  owner(): Promise<Owner>;
  /** Who speaks, as the database knew them before; null: never here. */
  visitor(): Promise<KnownEndUser | null>;
  /** What is on sale for them; null for whoever is no end user at that moment. */
  storefront(): Promise<Storefront | null>;
}

/** Twice Telegram's limit for each of its parts. */
const MAX_FULL_NAME_LENGTH = 129;

export function fullNameOf(user: Pick<User, 'first_name' | 'last_name'>): string {
  return shorten([user.first_name, user.last_name].filter(Boolean).join(' '), MAX_FULL_NAME_LENGTH);
}

/** The person behind an update, in the product's words. Null for updates that nobody sent. */
function personOf(context: Context): Person | null {
  const { from } = context;
  if (!from || from.is_bot) return null;
  return {
    telegramUserId: BigInt(from.id),
    username: from.username ?? null,
    fullName: fullNameOf(from),
    languageCode: from.language_code,
  };
}

/** Whether somebody writes or presses in a private chat: for every other update nothing is read ahead. */
export function hasSpeaker(context: Context): boolean {
  const spoken = context.message ?? context.editedMessage ?? context.callbackQuery;
  return spoken?.from !== undefined && !spoken.from.is_bot && context.chat?.type === 'private';
}

/** Who that is; null for every other update. */
export function speakerOf(context: Context): Person | null {
  return hasSpeaker(context) ? personOf(context) : null;
}

export function telegramBotIdOf(context: Context): bigint {
  return BigInt(context.me.id);
}

/** @throws TypeError for an update that nobody sent; handlers of messages and presses never see one */
export function telegramUserIdOf({ from }: Pick<Context, 'from'>): bigint {
  if (!from) throw new TypeError('An update that nobody sent');
  return BigInt(from.id);
}

/** The value that a message holds, as people see it; empty where it holds none. For prose the text is taken as it is. */
export function typedValueOf({ message }: { message: { text?: string } }): string {
  return asSeen(message.text ?? '');
}

const START = /^\/start(?:@\w+)?\s+(\S+)\s*$/;

/** What the link says by which somebody opens a bot, behind `?start=`; empty where they come by none. */
export function startPayloadIn({ message }: Pick<Context, 'message'>): string {
  return START.exec(message?.text ?? '')?.[1] ?? '';
}

type ActContext = Pick<Context, 'from' | 'me' | 'message' | 'callbackQuery'>;

/** The person of this update, as the owner, the moderator or the end user that they claim to be. */
export function ownerIn(context: ActContext): OwnerActor {
  return { kind: 'owner', telegramUserId: telegramUserIdOf(context), act: actOf(context) };
}

/** The same as whoever acts in a bot for its owner. */
export function teamIn(context: ActContext, scope: TenantScope): TeamActor {
  return teamActor(scope, ownerIn(context));
}

export function moderatorIn(context: ActContext): ModeratorActor {
  return { kind: 'moderator', telegramUserId: telegramUserIdOf(context), act: actOf(context) };
}

export async function endUserIn(context: SellerContext): Promise<EndUserActor> {
  const { id: endUserId, telegramUserId } = await context.endUser();
  return { kind: 'endUser', endUserId, telegramUserId, act: actOf(context) };
}

/** @throws TypeError for an update that is neither a press nor a message */
export function pressedBy<A extends OwnerActor | EndUserActor>(actor: A): Pressed<A> {
  const { act } = actor;
  if (act === undefined) throw new TypeError('An update by which nobody acts');
  return { ...actor, act };
}

/** Whether receipts are theirs to decide: they find those first that wait. */
export function hasDesk({ isOwner, helpsAs }: Pick<SellerContext, 'isOwner' | 'helpsAs'>): boolean {
  return isOwner || (helpsAs !== null && mayDo(helpsAs, 'receipts'));
}

/** The person of this update, as whoever they are in a seller bot first of all. */
export async function personIn(context: SellerContext): Promise<OwnerActor | EndUserActor> {
  return context.isOwner ? ownerIn(context) : endUserIn(context);
}

/**
 * By what a press or message is known when it is heard again: a digest, because a private chat has its person's id, which
 * must not outlast them. An edit is none: what it brings is known by what the message holds now.
 */
function actOf({ me, message, callbackQuery }: ActContext): string | undefined {
  if (callbackQuery) return digestOf(`press:${me.id}:${callbackQuery.id}`);
  if (message) return digestOf(`message:${me.id}:${message.chat.id}:${message.message_id}`);
  return undefined;
}
