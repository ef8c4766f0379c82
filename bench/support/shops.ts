import { Fernet } from '../../src/infra/crypto/fernet.ts';
import { webhookSecret } from '../../src/infra/crypto/webhook-secret.ts';
import type { Database, Ground } from './ground.ts';
import type { NextRequest } from './load.ts';

const FIRST_BOT = 7_000_000_000n;
const FIRST_PERSON = 5_000_000_000;

/** Bots that sell one channel for two durations, each with people who know it and read Uzbek. */
export interface Shops {
  botIds: readonly bigint[];
  /** A `/start` of somebody who was there before; bots and people take turns. */
  start: NextRequest;
  /** A `/start` at this bot. */
  startAt(botId: bigint): string;
  /** A `/start` of somebody who was never there. */
  firstStart: NextRequest;
}

export async function openShops(
  ground: Pick<Ground, 'encryptionKey'>,
  { client }: Pick<Database, 'client'>,
  { bots, peopleEach }: { bots: number; peopleEach: number },
): Promise<Shops> {
  const fernet = new Fernet([ground.encryptionKey]);
  const botIds = Array.from({ length: bots }, (_, number) => FIRST_BOT + BigInt(number + 1));
  const tokens = botIds.map((id) => fernet.encrypt(`${id}:${'t'.repeat(35)}`));
  await client.query(
    `WITH owner AS (
       INSERT INTO user_admins (telegram_id, full_name, language, language_chosen_at, created_at)
       SELECT 1000000 + n, 'Aziz', 'uz', now(), now() FROM generate_series(1, $1::int) n RETURNING id)
     INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, card_number, card_holder, created_at)
     SELECT n, id, token, 'shop_' || n || '_bot', 'Shop', '8600123456789012', 'AZIZ AZIZOV', now()
       FROM unnest($2::bigint[], $3::text[]) WITH ORDINALITY AS bot(id, token, n), (SELECT count(*) FROM owner) o`,
    [bots, botIds, tokens],
  );
  await client.query(
    `INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
     SELECT id, -1000000000000 - id, 'channel', 'Channel', true, true, now() FROM user_bots`,
  );
  await client.query(
    'INSERT INTO plans (channel_id, duration_months, price) SELECT id, m, 50000 * m FROM channels, unnest(ARRAY[1, 6]) m',
  );
  await client.query(
    `INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, language_chosen_at, created_at)
     SELECT $1::bigint + n, 1 + n % $2::int, 'Somebody', 'uz', now(), now() FROM generate_series(0, $2::int * $3::int - 1) n`,
    [FIRST_PERSON, bots, peopleEach],
  );
  await client.query('VACUUM ANALYZE');
  return newRequests(ground, botIds, bots * peopleEach);
}

function newRequests(
  { encryptionKey }: Pick<Ground, 'encryptionKey'>,
  botIds: readonly bigint[],
  people: number,
): Shops {
  const heads = botIds.map((id) => requestHead(id, webhookSecret(encryptionKey, id)));
  let updateId = 100_000_000;
  let turn = 0;
  let stranger = 0;

  function write(bot: number, person: number): string {
    updateId += 1;
    const from = { id: person, is_bot: false, first_name: 'Somebody', language_code: 'uz' };
    const body = JSON.stringify({
      update_id: updateId,
      message: {
        message_id: updateId % 1_000_000,
        from,
        chat: { id: person, first_name: 'Somebody', type: 'private' },
        date: 1_795_000_000,
        text: '/start',
        entities: [{ offset: 0, length: 6, type: 'bot_command' }],
      },
    });
    return `${heads[bot]}${body.length}\r\n\r\n${body}`;
  }

  return {
    botIds,
    start() {
      const person = turn % people;
      turn += 1;
      return write(person % botIds.length, FIRST_PERSON + person);
    },
    startAt(botId) {
      const bot = Number(botId - FIRST_BOT) - 1;
      return write(bot, FIRST_PERSON + bot);
    },
    firstStart() {
      stranger += 1;
      return write(stranger % botIds.length, FIRST_PERSON + people + stranger);
    },
  };
}

/** Everything of a request up to the length of its body. */
function requestHead(botId: bigint, secret: string): string {
  return [
    `POST /webhook/${botId} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `X-Telegram-Bot-Api-Secret-Token: ${secret}`,
    'Content-Length: ',
  ].join('\r\n');
}
