import type { Clock } from '../../shared/clock.ts';
import { isDeliveryFailure } from '../notifications/delivery-error.ts';
import { type AlertWord, QUIET_MS, severityOf } from './alert.ts';
import type { AlertBoard, Claim } from './alert-board.ts';
import type { AlertGateway, Moderator } from './alert-gateway.ts';
import type { Alerts, Due, Said } from './alerts.ts';
import type { Moderators } from './moderators.ts';

/** Processes that start or stop together are one platform that does. */
const TOGETHER_MS = 60_000;
/** What could not be delivered for this long is old news. */
const KEEP_UNSENT_MS = 30 * 60_000;
const MAX_UNSENT = 100;

export interface AlertService {
  /** Tells what is due, in one message; what cannot be told now is told the next time. */
  tell(): Promise<void>;
  started(): Promise<void>;
  stopped(): Promise<void>;
}

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

  /** Alone, where neither the books nor Redis can say what other processes do. */
  async function claim(kind: string, quietMs: number): Promise<{ claim: Claim; said: Said }> {
    try {
      return { claim: await board.open(kind, clock.now(), quietMs), said: 'together' };
    } catch {
      return { claim: 'mine', said: 'alone' };
    }
  }

  async function claimTrouble({ kind, facts }: Extract<Due, { is: 'raised' }>): Promise<AlertWord | null> {
    const { claim: got, said } = await claim(kind, QUIET_MS);
    // One that came back too soon stays due: if it lasts, it is told at the end of the half hour.
    if (got !== 'too-soon') alerts.told(kind, said);
    return got === 'mine' ? { what: 'trouble', kind, facts } : null;
  }

  async function claimEnd({ kind, minutes, said }: Extract<Due, { is: 'over' }>): Promise<AlertWord | null> {
    const word: AlertWord = { what: 'over', kind, minutes };
    // Nobody could be told while it lasted: one word for the whole of it.
    if (said === null && (await claim(kind, QUIET_MS)).claim !== 'mine') {
      alerts.dropped(kind);
      return null;
    }
    if (said !== 'alone' && !(await board.close(kind))) {
      alerts.dropped(kind);
      return null;
    }
    alerts.told(kind, 'together');
    return word;
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
      const words: AlertWord[] = [];
      for (const due of alerts.due()) {
        const word = due.is === 'raised' ? await claimTrouble(due) : await claimEnd(due);
        if (word) words.push(word);
      }
      if (words.length > 0) await sendToAll(words);
    },
    async started() {
      const hadStopped = await board.close('stopped').catch(() => false);
      const { claim: got } = await claim('started', QUIET_MS);
      if (hadStopped || got === 'mine') await sendToAll([{ what: 'started' }]);
    },
    async stopped() {
      const { claim: got } = await claim('stopped', TOGETHER_MS);
      if (got === 'mine') await sendToAll([{ what: 'stopped' }]);
    },
  };
}
