import { Fernet } from '../../src/infra/crypto/fernet.ts';
import type { Database, Ground } from './ground.ts';
import type { NextRequest } from './load.ts';
import type { Shops } from './shops.ts';

const KEY = 'k'.repeat(36);
const AUTHORIZATION = `Basic ${Buffer.from(`Paycom:${KEY}`).toString('base64')}`;
/** What a month costs at `openShops`, in tiyin. */
const AMOUNT = 5_000_000;

/** Payme's calls about orders that wait to be paid, one of each person of each bot; each kind takes its orders in turn. */
export interface PaymeOrders {
  /** May an order that waits be paid? It waits on, however often that is asked. */
  check: NextRequest;
  /** Payme begins to take the money of the next one. @throws Error where none is left */
  create: NextRequest;
  /** It has taken that. All that was begun before is answered by then. @throws Error where no further one was begun */
  perform: NextRequest;
  /** How many orders did not become what they were asked to: HTTP tells nothing of it. */
  countFailures(): Promise<number>;
}

/** Connects every bot to Payme, and lets everybody choose the month. */
export async function openPaymeOrders(
  { encryptionKey }: Pick<Ground, 'encryptionKey'>,
  { client }: Pick<Database, 'client'>,
  { botIds }: Pick<Shops, 'botIds'>,
): Promise<PaymeOrders> {
  const secrets = new Fernet([encryptionKey]).encrypt(JSON.stringify({ live: KEY, test: null }));
  await client.query(
    `INSERT INTO merchant_accounts (user_bot_id, provider, details, encrypted_secrets, keys_set_at, fee_paid_at, live_at, created_at)
       SELECT id, 'payme', '{"cashboxId": "0123456789abcdef01234567", "login": "Paycom"}', $1, now(), now(), now(), now() FROM user_bots`,
    [secrets],
  );
  const { rows: orders } = await client.query<{ id: number; bot: number }>(
    `INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status, created_at)
       SELECT e.id, e.user_bot_id, p.channel_id, p.id, 1, p.price, 'payme', 'created', now()
         FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id
         JOIN plans p ON p.channel_id = c.id AND p.duration_months = 1
        ORDER BY e.id
       RETURNING id, user_bot_id AS bot`,
  );
  await client.query('VACUUM ANALYZE');
  const accountOf = (orderId: number) => ({ amount: AMOUNT, account: { order_id: String(orderId) } });
  const transactionOf = (orderId: number) => ({ id: orderId.toString(16).padStart(24, '0') });

  function write(turn: number, method: string, paramsOf: (orderId: number) => object): string {
    const order = orders[turn];
    const botId = order && botIds[order.bot - 1];
    if (!botId) throw new Error(`No further order is there for ${method}`);
    const body = JSON.stringify({ method, params: paramsOf(order.id), id: order.id });
    return `${headOf(botId)}${body.length}\r\n\r\n${body}`;
  }

  let checked = 0;
  let begun = 0;
  let performed = 0;
  return {
    check() {
      // From the last one on: those are begun at the very end.
      const turn = orders.length - 1 - (checked % Math.ceil(orders.length / 2));
      checked += 1;
      return write(turn, 'CheckPerformTransaction', accountOf);
    },
    create() {
      begun += 1;
      return write(begun - 1, 'CreateTransaction', (orderId) => ({
        ...transactionOf(orderId),
        time: Date.now(),
        ...accountOf(orderId),
      }));
    },
    perform() {
      performed += 1;
      return write(performed > begun ? orders.length : performed - 1, 'PerformTransaction', transactionOf);
    },
    async countFailures() {
      const { rows } = await client.query<{ begun: number; paid: number }>(
        `SELECT count(*)::int AS begun, (count(*) FILTER (WHERE state = 'paid' AND settled))::int AS paid FROM payment_attempts`,
      );
      const [found = { begun: 0, paid: 0 }] = rows;
      return begun - found.begun + performed - found.paid;
    },
  };
}

function headOf(botId: bigint): string {
  return [
    `POST /payme/${botId} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: text/json; charset=utf-8',
    `Authorization: ${AUTHORIZATION}`,
    'Content-Length: ',
  ].join('\r\n');
}
