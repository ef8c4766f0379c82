import type { PersonName } from '../../kernel/person.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { moderator } from '../notifications/address.ts';
import { defineNotices, tell } from '../notifications/notice.ts';
import type { Provider } from './merchant-account.ts';

/** Which provider, at which bot. */
export interface Connection {
  accountId: number;
  provider: Provider;
  telegramBotId: bigint;
  botUsername: string;
}

interface ConnectionWithOwner extends Connection {
  owner: PersonName;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    /** Its fee is paid, or a moderator asks for none: now its keys are wanted, unless a moderator has entered them. */
    connectionPaid: {
      to: 'owner';
      payload: { accountId: number };
      content: Connection & { hasKeys: boolean };
    };
    connectionRejected: { to: 'owner'; payload: { accountId: number }; content: Connection };
    /** Its keys are there: a moderator looks at the tests, and opens it to buyers. */
    connectionReady: { to: 'moderator'; payload: { accountId: number }; content: ConnectionWithOwner };
    connectionLive: { to: 'owner'; payload: { accountId: number }; content: Connection };
    /** The provider's calls are refused, one after the other. */
    connectionRefused: {
      to: 'owner';
      payload: { accountId: number };
      content: Connection & { calls: number };
    };
  }
}

const find = (db: Db, id: number) =>
  db.merchantAccount.findFirst({
    where: { id, removedAt: null, bot: { removedAt: null } },
    include: { bot: { include: { owner: true } } },
  });
type Row = NonNullable<Awaited<ReturnType<typeof find>>>;

export function toConnection({
  id,
  provider,
  bot,
}: Pick<Row, 'id' | 'provider'> & {
  bot: { telegramBotId: bigint; username: string };
}): Connection {
  const { telegramBotId, username: botUsername } = bot;
  // The database knows no other words.
  return { accountId: id, provider: provider as Provider, telegramBotId, botUsername };
}

/** What is told of an account while `isSo` of it. */
const whileSo =
  (isSo: (row: Row) => boolean) =>
  async (db: Db, { accountId }: { accountId: number }) => {
    const row = await find(db, accountId);
    if (!row || !isSo(row)) return null;
    const { encryptedSecrets, refusedCalls: calls } = row;
    return { ...toConnection(row), owner: row.bot.owner, hasKeys: encryptedSecrets !== null, calls };
  };

export const CONNECTION_NOTICES = defineNotices({
  connectionPaid: { isSure: true, isQuiet: false, content: whileSo(({ feePaidAt }) => feePaidAt !== null) },
  // Where a moderator asks for no fee any more, nothing is left to pay.
  connectionRejected: {
    isSure: true,
    isQuiet: false,
    content: whileSo(({ feePaidAt }) => feePaidAt === null),
  },
  connectionReady: {
    isSure: false,
    isQuiet: false,
    content: whileSo(({ encryptedSecrets, liveAt }) => encryptedSecrets !== null && liveAt === null),
  },
  connectionLive: { isSure: true, isQuiet: false, content: whileSo(({ liveAt }) => liveAt !== null) },
  connectionRefused: {
    isSure: false,
    isQuiet: false,
    content: whileSo(({ refusedCalls }) => refusedCalls > 0),
  },
});

/** Every moderator hears that an account only waits to be opened to buyers. */
export function tellConnectionReady(
  work: Pick<Work, 'enqueue'>,
  accountId: number,
  moderatorIds: readonly bigint[],
): void {
  for (const id of moderatorIds) tell(work, CONNECTION_NOTICES.connectionReady, moderator(id), { accountId });
}
