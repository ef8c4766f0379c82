import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/**
 * Whatever is typed by people, or known of them, must be shown by *my data* and go with *forget me*. A new column of these
 * tables joins one of the lists: that somebody has asked is what this test sees to.
 */
const PERSONAL: Readonly<Record<string, { goes: string[]; stays: string[] }>> = {
  Owner: { goes: ['username', 'fullName', 'telegramUserId', 'inviteCode'], stays: ['language'] },
  EndUser: {
    goes: ['username', 'fullName', 'telegramUserId', 'inviteCode', 'promoMissedAt'],
    // The second is an order of updates.
    stays: ['language', 'doorToldOrder'],
  },
  SellerBot: {
    goes: ['encryptedToken', 'welcomeMessage', 'termsMessage', 'cardNumber', 'cardHolder', 'handedOverTo'],
    // What Telegram tells everybody of a bot, and what the product notes of it.
    stays: ['telegramBotId', 'username', 'name', 'paymentMethod', 'takenBy'],
  },
  PromoCode: {
    // Words of ours, or of an owner about everybody; somebody's own code goes with them, as a row.
    goes: ['createdBy'],
    stays: ['code', 'kind', 'audience', 'origin'],
  },
  // Both as rows.
  PanelSession: { goes: ['telegramUserId'], stays: ['kind', 'browser'] },
  PanelConfirmation: {
    goes: ['telegramUserId'],
    stays: ['action', 'encryptedPayload', 'outcome', 'error', 'requestKey'],
  },
  // Both as rows.
  BotManager: { goes: ['telegramUserId', 'fullName', 'username'], stays: ['role', 'status'] },
  ManagerInvite: { goes: ['openedBy'], stays: ['role'] },
  // Both as rows.
  FreeMember: { goes: ['telegramUserId', 'name', 'note', 'addedBy'], stays: [] },
  FreeLink: { goes: ['telegramUserId'], stays: ['link'] },
  // An owner's words of where they advertise: the row goes with its owner.
  Source: { goes: [], stays: ['slug', 'name'] },
  // As a row.
  SourceVisit: { goes: ['click'], stays: [] },
  Payment: {
    goes: ['receiptFileId', 'receiptUniqueId', 'receiptNote', 'rejectReason', 'reviewedBy'],
    // That a file was used is still known, but not by whom.
    stays: ['paymentMethod', 'currency', 'status', 'receiptKind', 'receiptSha256'],
  },
};

const schema = await readFile('prisma/schema.prisma', 'utf8');
const forgetting = await readFile('src/modules/privacy/forgetting.ts', 'utf8');
const messages = await readFile('src/modules/privacy/privacy-messages.ts', 'utf8');

test.each(Object.entries(PERSONAL))(
  'each text, id and list that is kept of %s goes, or is known to stay',
  (model, columns) => {
    const body = new RegExp(`^model ${model} \\{(.*?)^\\}`, 'ms').exec(schema)?.[1] ?? '';
    const kept = [...body.matchAll(/^ {2}(\w+) +(?:String\b|BigInt\b|DateTime\[\])/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(kept)).toEqual(new Set([...columns.goes, ...columns.stays]));
  },
);

test.each(Object.values(PERSONAL).flatMap(({ goes }) => goes))(
  '%s is named where people are forgotten',
  (column) => {
    expect(forgetting + messages).toContain(column);
  },
);
