import type { Logger } from 'pino';
import { DeliveryError, isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { pause } from '../../shared/async/pause.ts';
import { within } from '../../shared/async/time-limit.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import { toDeliveryError } from '../outgoing/api-errors.ts';
import type { BotLauncher } from './bot-launcher.ts';
import type { Introductions } from './bot-profile.ts';
import type { Bots } from './bots.ts';

const TRY_AGAIN_MS = 5_000;
/** A revoked token or a wrong address comes right by a person alone. */
const REFUSED_PAUSE_MS = 10 * MINUTE_MS;
/** A start waits no longer for Telegram's word. */
const TOKEN_LIMIT_MS = 5_000;

/** BOT_TOKEN is no token that Telegram knows. */
class MainBotRefusedError extends Error {
  override readonly name = 'MainBotRefusedError';

  constructor() {
    super(
      'Telegram does not know BOT_TOKEN: @BotFather shows the right one (/mybots), or makes a new one (/revoke).',
    );
  }
}

/** Brings the main bot to work. It has nobody else who would try again: a seller bot's launch is an outbox message. */
export interface MainBotLaunch {
  /**
   * Asks Telegram whose token this is, once: if it cannot be reached, the background goes on asking.
   * @throws MainBotRefusedError
   */
  requireToken(): Promise<void>;
  /** Sets its webhook where it differs, or `anew` in any case; tries until that is done, or everything ends. */
  launch(anew: boolean): Promise<void>;
  readonly isLaunched: boolean;
  /** Once, and again where Telegram could not do it: nothing waits for this. */
  introduce(): Promise<void>;
  /** Sets its webhook again where it differs. Telegram being unavailable is no fault: the next look finds it. */
  check(): Promise<void>;
}

export function createMainBotLaunch(deps: {
  mainBotId: bigint;
  bots: Pick<Bots, 'apiOf' | 'mainBotUsername' | 'forgetMainBotUsername'>;
  launcher: BotLauncher;
  introductions: Introductions;
  logger: Logger;
  stopping: AbortSignal;
}): MainBotLaunch {
  const { mainBotId, bots, launcher, logger, stopping } = deps;
  let isLaunched = false;

  return {
    get isLaunched() {
      return isLaunched;
    },
    async requireToken() {
      try {
        await within(TOKEN_LIMIT_MS, bots.mainBotUsername());
      } catch (error) {
        if (isDeliveryFailure(toDeliveryError(error), 'token-dead')) throw new MainBotRefusedError();
        logger.warn({ err: error }, 'Telegram cannot be reached at present; the server goes on trying');
      }
    },
    async launch(anew) {
      while (!stopping.aborted) {
        try {
          await launcher.reconcile(mainBotId, await bots.apiOf('main'), { anew });
          isLaunched = true;
          const name = await bots.mainBotUsername();
          logger.info(`@${name} is running: write /start to https://t.me/${name}`);
          return;
        } catch (error) {
          await pause(complain(error), stopping);
        }
      }
    },
    async introduce() {
      while (!stopping.aborted) {
        try {
          return await deps.introductions.ofMain();
        } catch (error) {
          if (!(error instanceof DeliveryError)) throw error;
          logger.warn({ err: error }, 'the main bot could not be introduced');
          if (error.failure === 'token-dead') return;
          await pause(error.retryAfterMs ?? TRY_AGAIN_MS, stopping);
        }
      }
    },
    async check() {
      try {
        bots.forgetMainBotUsername();
        const { wasTaken } = await launcher.reconcile(mainBotId, await bots.apiOf('main'));
        if (wasTaken) logger.error('another service had taken the main bot over; it is set back');
      } catch (error) {
        if (!isDeliveryFailure(error, 'not-sent', 'unknown')) throw error;
      }
    },
  };

  /** @returns how long to wait before the next try */
  function complain(error: unknown): number {
    const failure = toDeliveryError(error);
    if (isDeliveryFailure(failure, 'token-dead')) {
      logger.error('Telegram no longer takes BOT_TOKEN: BotFather has the new one');
      return REFUSED_PAUSE_MS;
    }
    if (isDeliveryFailure(failure, 'refused')) {
      logger.error({ reason: failure.saying }, 'Telegram refuses the address in SERVER_URL');
      return REFUSED_PAUSE_MS;
    }
    logger.warn({ err: error }, 'the main bot could not be launched');
    return TRY_AGAIN_MS;
  }
}
