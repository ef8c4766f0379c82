import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import { type AlertWord, QUIET_MS, severityOf } from './alert.ts';
import type { AlertBoard, Claim } from './alert-board.ts';
import type { AlertGateway, Moderator } from './alert-gateway.ts';
import type { Alerts, Due, Said } from './alerts.ts';
import type { Moderators } from './moderators.ts';

/** Processes that stop within this time are one platform that stops. */
const SAME_STOP_MS = MINUTE_MS;
/** What could not be delivered for this long is old news. */
const KEEP_UNSENT_MS = 30 * MINUTE_MS;
const MAX_UNSENT = 100;

export interface AlertService {
  /** Tells what is due, in one message; what cannot be told now is told the next time. */
  tell(): Promise<void>;
  started(): Promise<void>;
  stopped(): Promise<void>;
}

type Claims = Map<string, Claim>;

interface Letter {
  to: Moderator;
  words: readonly AlertWord[];
  at: Date;
}

export function createAlertService(deps: {
  alerts: Alerts;
  board: AlertBoard;
  gateway: () => AlertGateway;
  moderators: Moderators;
  clock: Clock;
  /** Alerts are for the log too: there is one where Telegram is not. */
  log: (word: AlertWord) => void;
  /** That a moderator could not be told. */
  logLost: (error: unknown) => void;
}): AlertService {
  const { alerts, board, clock } = deps;
  let unsent: Letter[] = [];

  /** Alone, where neither the database nor Redis can say what other processes do. */
  async function claim(kinds: readonly string[], quietMs: number): Promise<{ claims: Claims; said: Said }> {
    if (kinds.length === 0) return { claims: new Map(), said: 'shared' };
    try {
      return { claims: await board.open(kinds, clock.now(), quietMs), said: 'shared' };
    } catch {
      return { claims: new Map(kinds.map((kind) => [kind, 'mine'])), said: 'alone' };
    }
  }

  /** What began, and what came and went while nobody could be told: one word for the whole of that. */
  async function claimTroubles(due: readonly Due[]): Promise<AlertWord[]> {
    const untold = due.filter((one) => one.is === 'raised' || one.said === null);
    const { claims, said } = await claim(
      untold.map(({ kind }) => kind),
      QUIET_MS,
    );
    return untold.flatMap((one): AlertWord[] => {
      const got = claims.get(one.kind);
      if (one.is === 'over') {
        if (got === 'mine') alerts.toldLate(one.kind, said);
        else alerts.dropped(one.kind);
        return [];
      }
      // One that came back too soon stays due: if it lasts, it is told at the end of the half hour.
      if (got !== 'too-soon') alerts.told(one.kind, said);
      return got === 'mine' ? [{ what: 'trouble', kind: one.kind, facts: one.facts }] : [];
    });
  }

  async function claimEnds(due: readonly Due[]): Promise<AlertWord[]> {
    const ends = due.filter((one) => one.is === 'over');
    const shared = ends.filter(({ said }) => said === 'shared').map(({ kind }) => kind);
    const open = shared.length > 0 ? await board.close(shared) : new Map<string, boolean>();
    return ends.flatMap(({ kind, minutes, said }): AlertWord[] => {
      const isMine = said === 'alone' ? true : open.get(kind);
      // Not known now: the next look asks again.
      if (isMine !== undefined) alerts.dropped(kind);
      return isMine ? [{ what: 'over', kind, minutes }] : [];
    });
  }

  async function send({ to, words, at }: Letter): Promise<void> {
    try {
      await deps.gateway().tell(to, words, severityOf(words) === 'information');
    } catch (error) {
      if (isDeliveryFailure(error, 'not-sent')) unsent.push({ to, words, at });
      // Whatever else it is, it would be the same again.
      else deps.logLost(error);
    }
  }

  async function sendToAll(words: readonly AlertWord[]): Promise<void> {
    for (const word of words) deps.log(word);
    const at = clock.now();
    await Promise.all(deps.moderators.list().map((to) => send({ to, words, at })));
  }

  async function sendAgain(): Promise<void> {
    const oldest = clock.now().getTime() - KEEP_UNSENT_MS;
    const letters = unsent.filter(({ at }) => at.getTime() >= oldest).slice(-MAX_UNSENT);
    unsent = [];
    await Promise.all(letters.map(send));
  }

  return {
    async tell() {
      await sendAgain();
      const words = await claimTroubles(alerts.due());
      words.push(...(await claimEnds(alerts.due())));
      if (words.length > 0) await sendToAll(words);
    },
    async started() {
      const closed = await board.close(['stopped']);
      const { claims } = await claim(['started'], QUIET_MS);
      if (closed.get('stopped') || claims.get('started') === 'mine') await sendToAll([{ what: 'started' }]);
    },
    async stopped() {
      const { claims } = await claim(['stopped'], SAME_STOP_MS);
      if (claims.get('stopped') === 'mine') await sendToAll([{ what: 'stopped' }]);
    },
  };
}
