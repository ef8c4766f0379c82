import type { Update } from 'grammy/types';

/** An update on its way to a bot. */
interface LeavingUpdate {
  /** The bot's username. */
  bot: string;
  body: Omit<Update, 'update_id'>;
}

/** The kind of an update, a field of its message (`successful_payment`), or a question about it. */
export type UpdateMatch = string | ((update: LeavingUpdate) => boolean);

/** The updates that a test wants never to arrive. */
export class LostUpdates {
  #planned: { match: UpdateMatch; timesLeft: number }[] = [];

  add(match: UpdateMatch, times: number): void {
    this.#planned.push({ match, timesLeft: times });
  }

  /** Whether this one is lost, which uses up one of those that were to be. */
  take(update: LeavingUpdate): boolean {
    const planned = this.#planned.find(({ match }) =>
      typeof match === 'string' ? isOfKind(update, match) : match(update),
    );
    if (planned === undefined) return false;
    planned.timesLeft -= 1;
    this.#planned = this.#planned.filter(({ timesLeft }) => timesLeft > 0);
    return true;
  }
}

function isOfKind({ body }: LeavingUpdate, kind: string): boolean {
  return Object.hasOwn(body, kind) || (body.message !== undefined && Object.hasOwn(body.message, kind));
}
