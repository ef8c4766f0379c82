import { type Api, InputFile } from 'grammy';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { BotGateway, BotIdentity } from '../../modules/seller-bots/bot-gateway.ts';
import type { BotFactory } from '../bots/bot-factory.ts';
import type { BotLauncher } from '../bots/bot-launcher.ts';
import type { Introductions } from '../bots/bot-profile.ts';
import type { Bots } from '../bots/bots.ts';
import { retryScreens } from '../middleware/screen-retry.ts';
import { toDeliveryError } from './api-errors.ts';
import type { Downloads } from './file-downloads.ts';

export interface BotGatewayDeps {
  factory: BotFactory;
  bots: Pick<Bots, 'apiOf' | 'registry'>;
  launcher: BotLauncher;
  introductions: Introductions;
  mainBotId: bigint;
  /** The whole of a file. */
  download: Downloads['read'];
  /** Of a token as it is stored. */
  readToken: (encryptedToken: string) => string;
  /** Tells every process that what it remembers of a bot is old. */
  announceChange: (telegramBotId: bigint) => Promise<void>;
}

/** Telegram as whoever adds, runs and removes bots sees it. */
export function createBotGateway(deps: BotGatewayDeps): BotGateway {
  const { factory, launcher } = deps;
  const { apiOf, registry } = deps.bots;

  async function byMainBot(ask: (main: Api) => Promise<string>): Promise<string> {
    try {
      return await ask(await apiOf('main'));
    } catch (error) {
      throw toDeliveryError(error);
    }
  }

  return {
    async identify(token) {
      const api = factory.api(token);
      api.config.use(retryScreens);
      return identityOf(api);
    },
    managedToken: (telegramBotId) => byMainBot((main) => main.getManagedBotToken(Number(telegramBotId))),
    replaceManagedToken: (telegramBotId) =>
      byMainBot((main) => main.replaceManagedBotToken(Number(telegramBotId))),
    async showPhoto(telegramBotId, fileId) {
      const api = await apiOf(telegramBotId);
      const picture = fileId === null ? null : await deps.download(deps.mainBotId, fileId);
      try {
        if (picture === null) await api.removeMyProfilePhoto();
        else await api.setMyProfilePhoto({ type: 'static', photo: new InputFile(picture, 'photo.jpg') });
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
    whoIs: async (telegramBotId) => identityOf(await apiOf(telegramBotId)),
    async inspect(telegramBotId) {
      try {
        return await launcher.reconcile(telegramBotId, await apiOf(telegramBotId));
      } catch (error) {
        if (!isDeliveryFailure(error, 'token-dead')) throw error;
        // What is remembered may be older than the database, and whoever asks will judge the token in the database.
        registry.invalidate(telegramBotId);
        return launcher.reconcile(telegramBotId, await apiOf(telegramBotId));
      }
    },
    async retire(encryptedToken) {
      try {
        await factory.api(deps.readToken(encryptedToken)).deleteWebhook();
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
    async launch(telegramBotId) {
      // The announcement of the token may still be on its way here, or was lost with the process that made it.
      await deps.announceChange(telegramBotId);
      await launcher.launch(telegramBotId, await apiOf(telegramBotId));
    },
    introduce: deps.introductions.ofSeller,
  };
}

async function identityOf(api: Api): Promise<BotIdentity> {
  try {
    const me = await api.getMe();
    return { telegramBotId: BigInt(me.id), username: me.username, name: me.first_name };
  } catch (error) {
    throw toDeliveryError(error);
  }
}
