import { Composer, type Filter } from 'grammy';
import type { PaymentMethod, Receipt } from '../../modules/payments/payment.ts';
import { type BotDeps, readerOf } from '../bot-deps.ts';
import { onPress } from '../callback-data.ts';
import type { SellerContext } from '../context.ts';
import { CANCEL, PAY, PLAN } from '../routes.ts';
import { send, show } from '../screen.ts';
import { cancelledScreen, cardScreen, hintScreen, receiptTakenScreen } from '../views/storefront.ts';

/** What the Bot API lets a bot download, and so what can be sent on through another bot. */
const MAX_RECEIPT_BYTES = 20 * 1024 * 1024;

/** From a chosen plan to a receipt under review. */
export function checkout(deps: BotDeps): Composer<SellerContext> {
  const service = deps.services.checkout;
  const composer = new Composer<SellerContext>();

  async function choose(context: SellerContext, planId: number, method: PaymentMethod): Promise<void> {
    const instructions = await service.choosePlan(context.scope, await context.endUser(), planId, method);
    await show(context, cardScreen(readerOf(context, deps), instructions));
  }

  async function takeReceipt(context: SellerContext, receipt: Receipt): Promise<void> {
    const payment = await service.submitReceipt(context.scope, await context.endUser(), receipt);
    const reader = readerOf(context, deps);
    await send(
      context,
      payment ? receiptTakenScreen(reader, payment) : hintScreen(reader, 'hint.nothingChosen'),
    );
  }

  // One method so far: the choice of a plan is the choice of a card transfer.
  onPress(composer, PLAN, (context, planId) => choose(context, planId, 'card'));
  onPress(composer, PAY, choose);

  onPress(composer, CANCEL, async (context, paymentId) => {
    await service.cancelPayment(context.scope, await context.endUser(), paymentId);
    await show(context, cancelledScreen(readerOf(context, deps)));
  });

  composer.on('message:photo', async (context) => {
    const largest = context.message.photo.at(-1);
    if (!largest) return;
    await takeReceipt(context, {
      kind: 'photo',
      messageId: context.message.message_id,
      fileId: largest.file_id,
      uniqueId: largest.file_unique_id,
    });
  });

  composer.on('message:document', async (context) => {
    const { document } = context.message;
    const reader = readerOf(context, deps);
    if (!isReceiptType(context)) return send(context, hintScreen(reader, 'hint.receiptNotImage'));
    if ((document.file_size ?? 0) > MAX_RECEIPT_BYTES) {
      return send(context, hintScreen(reader, 'hint.receiptTooBig'));
    }
    await takeReceipt(context, {
      kind: 'document',
      messageId: context.message.message_id,
      fileId: document.file_id,
      uniqueId: document.file_unique_id,
    });
  });

  return composer;
}

function isReceiptType(context: Filter<SellerContext, 'message:document'>): boolean {
  // A GIF is a document to Telegram as well, and no receipt.
  if (context.message.animation) return false;
  return /^(?:image\/|application\/pdf$)/.test(context.message.document.mime_type ?? '');
}
