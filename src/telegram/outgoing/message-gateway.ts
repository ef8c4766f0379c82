import { type Api, InputFile } from 'grammy';
import { toCsv } from '../../infra/csv.ts';
import { type Language, translator } from '../../infra/i18n/i18n.ts';
import type { AccessGateway } from '../../modules/access/access-gateway.ts';
import type { BroadcastGateway, OriginalGateway } from '../../modules/broadcasts/broadcast-gateway.ts';
import type { ExportGateway } from '../../modules/exports/export-gateway.ts';
import type { Address, SentMessage } from '../../modules/notifications/address.ts';
import type { NoticeGateway } from '../../modules/notifications/notice.ts';
import type { ConfirmationGateway } from '../../modules/panel-access/confirmation.ts';
import type { ReviewContent, ReviewGateway } from '../../modules/payments/review-gateway.ts';
import type { SupportGateway } from '../../modules/support/support-gateway.ts';
import type { TariffGateway } from '../../modules/tariffs/tariff-gateway.ts';
import { sendReceipt } from '../common/receipt.ts';
import { captionOptions, messageOptions, type Screen } from '../common/screen.ts';
import { accessScreen, freeLinkScreen } from '../views/buyer/access.ts';
import { personName, type Viewer } from '../views/common.ts';
import { exportName, exportTable } from '../views/exports.ts';
import { broadcastProgressScreen, copyButtons } from '../views/growth/broadcasts.ts';
import { tariffOutcomeScreen, tariffReviewScreen } from '../views/moderator.ts';
import { noticeScreen } from '../views/notices.ts';
import { confirmationScreen } from '../views/panel.ts';
import {
  decidedScreen,
  escalationScreen,
  flaggedScreen,
  reminderScreen,
  reviewScreen,
} from '../views/review.ts';
import { means } from './api-errors.ts';
import { nameStranger } from './stranger-names.ts';
import { type Throttle, throttled } from './throttle.ts';

export interface MessageGatewayDeps {
  throttle: Throttle;
  /** The calls of one bot. @throws DeliveryError `token-dead` when nobody runs it */
  apiOf: (via: Address['via']) => Promise<Api>;
  mainBotId: bigint;
  /** Reads a file that one bot may read, for another to send. */
  download: (telegramBotId: bigint, fileId: string) => Promise<Uint8Array>;
  timeZone: string;
  /** The panel's pages, where they open within Telegram. */
  panelPages: string | undefined;
}

/** How the product speaks of its own accord: what each module asks for. */
export type MessageGateway = NoticeGateway &
  ExportGateway &
  AccessGateway &
  ReviewGateway &
  TariffGateway &
  SupportGateway &
  ConfirmationGateway &
  BroadcastGateway &
  OriginalGateway;

/** Speaks of its own accord, each call once: whoever enqueued it decides what an error means. */
export function createMessageGateway(deps: MessageGatewayDeps): MessageGateway {
  /** The panel is opened from the main bot alone: whoever has a seller bot's token could sign for anybody. */
  const viewer = (language: Language, via: Address['via']): Viewer => ({
    t: translator(language),
    timeZone: deps.timeZone,
    panelPages: via === 'main' ? deps.panelPages : undefined,
  });

  async function call<T>(
    via: Address['via'],
    chatId: bigint,
    make: (api: Api) => Promise<T>,
    isSmall = false,
  ): Promise<T> {
    const api = await deps.apiOf(via);
    return throttled(deps.throttle, { api, chatId, isSmall }, make);
  }

  const viaOf = (message: SentMessage): Address['via'] =>
    message.telegramBotId === deps.mainBotId ? 'main' : message.telegramBotId;

  const sentTo = (to: Address, messageId: number): SentMessage => ({
    telegramBotId: to.via === 'main' ? deps.mainBotId : to.via,
    chatId: to.telegramUserId,
    messageId,
  });

  async function sendScreen(to: Address, screen: Screen, quiet = false): Promise<SentMessage> {
    const sent = await call<{ message_id: number }>(
      to.via,
      to.telegramUserId,
      (api) =>
        api.sendMessage(String(to.telegramUserId), screen.text, {
          ...messageOptions(screen),
          disable_notification: quiet,
        }),
      // What comes without a sound can be many, and nobody waits for it.
      quiet,
    );
    return sentTo(to, sent.message_id);
  }

  /** Another text below a receipt, or in a message that is none; quiet if the message is gone or says so already. */
  async function rewrite(message: SentMessage, screen: Screen): Promise<void> {
    const [chatId, messageId] = [String(message.chatId), message.messageId];
    const api = await deps.apiOf(viaOf(message));
    await throttled(deps.throttle, { api, chatId: message.chatId }, async () => {
      try {
        await api.editMessageCaption(chatId, messageId, captionOptions(screen));
      } catch (error) {
        if (means(error, 'already', 'not-editable')) return;
        if (!means(error, 'no-caption')) throw error;
        await editText(api, chatId, messageId, screen);
      }
    });
  }

  async function sendFile(
    to: Address,
    screen: Screen,
    { payment, receipt }: ReviewContent,
    sellerBotId: bigint,
  ): Promise<SentMessage> {
    if (!receipt) throw new TypeError('A receipt whose file is forgotten cannot be sent');
    // A file_id belongs to one bot: through another the file is sent anew.
    const file =
      to.via === 'main'
        ? new InputFile(await deps.download(sellerBotId, receipt.fileId), fileName(payment.id, receipt.kind))
        : receipt.fileId;
    const sent = await call(to.via, to.telegramUserId, (api) =>
      sendReceipt(api, String(to.telegramUserId), { file, kind: receipt.kind }, screen),
    );
    return sentTo(to, sent.message_id);
  }

  /** @param isSmall nobody waits for it */
  async function sendCopy(
    [to, { fromChatId, messageId }, content]: Parameters<BroadcastGateway['sendCopy']>,
    isSmall: boolean,
  ): Promise<boolean> {
    const { telegramBotId, telegramUserId, language } = to;
    const buttons = copyButtons(viewer(language, telegramBotId), content);
    const copy = async (api: Api) => {
      try {
        await api.copyMessage(String(telegramUserId), String(fromChatId), messageId, {
          reply_markup: { inline_keyboard: buttons },
        });
        return true;
      } catch (error) {
        if (means(error, 'nothing-to-copy')) return false;
        throw error;
      }
    };
    return call(telegramBotId, telegramUserId, copy, isSmall);
  }

  return {
    async sendNotice(to, known, quiet) {
      const content =
        'stranger' in known
          ? { ...known, stranger: await nameStranger(deps, known.place, known.stranger) }
          : known;
      await sendScreen(to, noticeScreen(viewer(to.language, to.via), content), quiet);
    },
    async sendAccess(to, content) {
      await sendScreen(to, accessScreen(viewer(to.language, to.via), content));
    },
    async sendFreeLink(to, content) {
      await sendScreen(to, freeLinkScreen(viewer(to.language, to.via), content));
    },
    sendReview: (to, content, sellerBotId) => {
      const reviewer = viewer(to.language, to.via);
      const isDecided = content.payment.status !== 'pending';
      const screen = isDecided ? decidedScreen(reviewer, content, to) : reviewScreen(reviewer, content);
      return sendFile(to, screen, content, sellerBotId);
    },
    async remindOfReview(receipt, language, content): Promise<SentMessage> {
      const screen = reminderScreen(viewer(language, viaOf(receipt)), content);
      const { message_id } = await call<{ message_id: number }>(viaOf(receipt), receipt.chatId, (api) =>
        api.sendMessage(String(receipt.chatId), screen.text, {
          ...messageOptions(screen),
          reply_parameters: { message_id: receipt.messageId, allow_sending_without_reply: true },
        }),
      );
      const { telegramBotId, chatId } = receipt;
      return { telegramBotId, chatId, messageId: message_id };
    },
    escalateReview: (to, content, unreachable) =>
      sendScreen(to, escalationScreen(viewer(to.language, to.via), content, unreachable)),
    async sendExport(to, botUsername, content) {
      const reading = viewer(to.language, to.via);
      const table = await toCsv(exportTable(reading, content), to.language);
      const file = new InputFile(table, exportName(botUsername, content.what));
      const caption = captionOptions({
        text: reading.t(content.what === 'payments' ? 'export.payments' : 'export.people', {
          bot: botUsername,
        }),
      });
      await call(to.via, to.telegramUserId, (api) =>
        api.sendDocument(String(to.telegramUserId), file, caption),
      );
    },
    async announceSupport(to, { from, botUsername }) {
      const t = translator(to.language);
      const person = personName(from);
      const text =
        botUsername === null
          ? t('support.fromOwner', { person })
          : t('support.fromEndUser', { person, bot: botUsername });
      return (await sendScreen(to, { text })).messageId;
    },
    async passSupport(to, { fromTelegramUserId, fromMessageId, belowMessageId }) {
      const copy = await call<{ message_id: number }>(to.via, to.telegramUserId, (api) =>
        api.copyMessage(String(to.telegramUserId), String(fromTelegramUserId), fromMessageId, {
          reply_parameters: { message_id: belowMessageId, allow_sending_without_reply: true },
        }),
      ).catch((error: unknown) => {
        if (means(error, 'nothing-to-copy')) return null;
        throw error;
      });
      return copy ? copy.message_id : null;
    },
    sendCopy: (...copied) => sendCopy(copied, true),
    showOriginal: (...copied) => sendCopy(copied, false),
    async sendOriginal({ telegramBotId, telegramUserId, language }, text) {
      const buttons = copyButtons(viewer(language, telegramBotId), { plan: null, chats: [] });
      const sent = await call<{ message_id: number }>(telegramBotId, telegramUserId, (api) =>
        api.sendMessage(String(telegramUserId), text, { reply_markup: { inline_keyboard: buttons } }),
      );
      return sent.message_id;
    },
    async showProgress(message, language, progress) {
      const screen = broadcastProgressScreen(viewer(language, viaOf(message)), progress);
      const [chatId, messageId] = [String(message.chatId), message.messageId];
      await call(viaOf(message), message.chatId, (api) => editText(api, chatId, messageId, screen), true);
    },
    async sendTariffReview(to, content) {
      const { fileId: file, kind } = content.receipt;
      const screen = tariffReviewScreen(viewer(to.language, to.via), content);
      const sent = await call(to.via, to.telegramUserId, (api) =>
        sendReceipt(api, String(to.telegramUserId), { file, kind }, screen),
      );
      return sentTo(to, sent.message_id);
    },
    async showTariffDecision(copy, language, content) {
      await rewrite(
        { ...copy, telegramBotId: deps.mainBotId },
        tariffOutcomeScreen(viewer(language, 'main'), content),
      );
    },
    askConfirmation: (to, question) =>
      sendScreen(to, confirmationScreen(viewer(to.language, to.via), question)),
    async showConfirmation(message, { language }, outcome) {
      await rewrite(message, confirmationScreen(viewer(language, 'main'), outcome));
    },
    async supportUnreachable(to, fromMessageId, why) {
      await call<{ message_id: number }>(to.via, to.telegramUserId, (api) =>
        api.sendMessage(String(to.telegramUserId), translator(to.language)(SUPPORT_OBSTACLES[why]), {
          reply_parameters: { message_id: fromMessageId, allow_sending_without_reply: true },
        }),
      );
    },
    async showReuse(message, { language, role }, content) {
      await rewrite(message, flaggedScreen(viewer(language, viaOf(message)), content, role !== null));
    },
    readFile: deps.download,
    async showDecision(message, reviewer, content) {
      await rewrite(message, decidedScreen(viewer(reviewer.language, viaOf(message)), content, reviewer));
    },
  };
}

const SUPPORT_OBSTACLES = {
  blocked: 'support.unreachable',
  'voice-unwanted': 'support.voiceUnwanted',
  'not-copyable': 'support.notCopyable',
} as const;

function fileName(paymentId: number, kind: 'photo' | 'document'): string {
  return kind === 'photo' ? `receipt-${paymentId}.jpg` : `receipt-${paymentId}`;
}

async function editText(api: Api, chatId: string, messageId: number, screen: Screen): Promise<void> {
  try {
    await api.editMessageText(chatId, messageId, screen.text, messageOptions(screen));
  } catch (error) {
    if (!means(error, 'already', 'not-editable')) throw error;
  }
}
