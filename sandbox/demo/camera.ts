import type { Sandbox, SandboxBot, SandboxPerson } from '../sandbox.ts';
import type { SandboxMessage } from '../world/conversation.ts';
import type { Transcript } from './transcript.ts';

/** A conversation, and what the transcript shows of it already: a message's state by its id. */
interface Followed {
  person: SandboxPerson;
  bot: SandboxBot;
  shown: Map<number, string>;
}

interface News {
  conversation: Followed;
  message: SandboxMessage;
  isEdit: boolean;
}

/** Follows conversations, and writes down every message of a bot once, and again when the bot has edited it. */
export class Camera {
  readonly #telegram: Sandbox;
  readonly #transcript: Transcript;
  readonly #followed: Followed[] = [];

  constructor(telegram: Sandbox, transcript: Transcript) {
    this.#telegram = telegram;
    this.#transcript = transcript;
  }

  follows(person: SandboxPerson, bot: SandboxBot): void {
    if (this.#followed.some((one) => one.person === person && one.bot === bot)) return;
    this.#followed.push({ person, bot, shown: new Map() });
  }

  /** Writes down what is new since the last look, in the order in which Telegram took it. */
  look(): void {
    const news = this.#followed.flatMap((conversation) => newsOf(conversation));
    const ordered = news
      .map((one) => ({ ...one, order: this.#orderOf(one) }))
      .sort((one, other) => one.order - other.order);
    for (const { conversation, message, isEdit } of ordered) {
      this.#transcript.bubble(conversation.bot.username, conversation.person.firstName, message, isEdit);
    }
  }

  /** The place of the call that last wrote the message among all calls; a call without an outcome is the newest. */
  #orderOf({ conversation: { bot, person }, message }: News): number {
    const index = this.#telegram.calls.findLastIndex(
      (call) =>
        call.bot === bot.username &&
        Number(call.params['chat_id']) === person.id &&
        (call.result as { message_id?: number } | undefined)?.message_id === message.id,
    );
    return index === -1 ? this.#telegram.calls.length : index;
  }
}

function newsOf(conversation: Followed): News[] {
  const { person, bot, shown } = conversation;
  const news: News[] = [];
  for (const message of person.chatWith(bot).messages) {
    if (message.from === 'person' || message.deleted) continue;
    const state = JSON.stringify([message.text, message.buttons]);
    if (shown.get(message.id) === state) continue;
    news.push({ conversation, message, isEdit: shown.has(message.id) });
    shown.set(message.id, state);
  }
  return news;
}
