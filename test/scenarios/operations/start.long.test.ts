import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IncomingCall } from '../../../sandbox/server/fault-plan.ts';
import { eventually } from '../../support/eventually.ts';
import { holdAnswer } from '../../support/held-call.ts';
import { createGround, type Ground } from '../../support/platform.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { postUpdate } from '../../support/servers/post-update.ts';
import { runServerProcess, startServerProcess } from '../../support/servers/server-process.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await createGround();
});
afterEach(() => ground.close());

/** To this person: moderators are told at the same time that the platform has started. */
function isAnswerTo({ id }: { id: number }) {
  return ({ method, params }: IncomingCall) =>
    method === 'sendMessage' && String(params['chat_id']) === String(id);
}

test('a faulty environment is told in full, each fault a sentence, and nothing starts', async () => {
  const { code, lines } = await runServerProcess({
    BOT_TOKEN: 'not-a-token',
    DATABASE_URL: ground.databaseUrl,
    PORT: '99999',
    TIME_ZONE: 'Mars/Olympus',
  });
  expect(code).toBe(1);
  const text = lines.join('\n');
  for (const name of ['BOT_TOKEN', 'PORT', 'TIME_ZONE', 'ENCRYPTION_KEY']) expect(text).toContain(`${name} `);
  expect(text).not.toContain('not-a-token');
  expect(ground.telegram.calls).toEqual([]);
});

test('a copied database refuses to start at another address, until it is told to take over', async () => {
  const [port, otherPort] = [await freePort(), await freePort()];
  const original = await startServerProcess(ground.environment(port));
  await ground.telegram.until(() => ground.mainBot.webhookUrl !== undefined, { what: 'the webhook' });
  expect(await original.stops()).toBe(0);
  const webhook = ground.mainBot.webhookUrl;

  const copy = await runServerProcess(ground.environment(otherPort));
  expect(copy.code).toBe(1);
  expect(copy.lines.join('\n')).toContain('TAKE_OVER=1');
  const polling = await runServerProcess(ground.environment(otherPort, { webhooks: false }));
  expect(polling.code).toBe(1);
  expect(ground.mainBot.webhookUrl).toBe(webhook);

  const moved = await startServerProcess({ ...ground.environment(otherPort), TAKE_OVER: '1' });
  await ground.telegram.until(() => ground.mainBot.webhookUrl?.includes(String(otherPort)), {
    what: 'the webhook to move',
  });
  expect(await moved.stops()).toBe(0);
  const settled = await startServerProcess(ground.environment(otherPort));
  expect(await settled.stops()).toBe(0);
});

test('a server that is told to stop finishes the update in hand first', async () => {
  const { telegram, mainBot } = ground;
  const server = await startServerProcess(ground.environment(await freePort()));
  const owner = telegram.newPerson({ firstName: 'Aziz', languageCode: 'en' });
  await telegram.until(() => mainBot.webhookUrl !== undefined, { what: 'the webhook' });
  const answer = holdAnswer(telegram, isAnswerTo(owner));
  await owner.starts(mainBot, { wait: false });
  await answer.comes();
  const stopped = server.stops();
  await eventually(() => expect(server.lines.join('\n')).toContain('stopping'));
  answer.release();
  expect(await stopped).toBe(0);
  expect(mainBot.inbox.pending).toEqual([]);
});

test('the last answer closes its connection, so that nothing keeps the stop waiting', async () => {
  const { telegram, mainBot } = ground;
  const port = await freePort();
  const server = await startServerProcess(ground.environment(port));
  const owner = telegram.newPerson({ firstName: 'Aziz', languageCode: 'en' });
  await owner.starts(mainBot);
  const answer = holdAnswer(telegram, isAnswerTo(owner));
  const from = { id: owner.id, is_bot: false, first_name: 'Aziz' };
  const message = {
    message_id: 9_000,
    date: 1_795_000_000,
    from,
    chat: { ...from, type: 'private' },
    text: '/help',
  };
  const listening = { origin: `http://127.0.0.1:${port}`, encryptionKey: ground.encryptionKey };
  const answered = postUpdate(listening, mainBot.id, { update_id: 900_000_000, message });
  await answer.comes();
  const stopped = server.stops();
  await eventually(() => expect(server.lines.join('\n')).toContain('stopping'));
  answer.release();
  const { status, headers } = await answered;
  expect({ status, connection: headers.get('connection') }).toEqual({ status: 200, connection: 'close' });
  expect(await stopped).toBe(0);
});

test('without a public address the bots are polled', async () => {
  const { telegram, mainBot } = ground;
  const server = await startServerProcess(ground.environment(await freePort(), { webhooks: false }));
  const owner = telegram.newPerson({ firstName: 'Aziz', languageCode: 'en' });
  const shop = telegram.newBot({ username: 'aziz_club_bot', name: 'Aziz Club' });
  await owner.starts(mainBot);
  await owner.reads(mainBot, 'Choose your language');
  await owner.sends(mainBot, shop.token);
  await owner.reads(mainBot, 'is ready');
  await owner.starts(shop);
  await owner.reads(shop, 'This is your bot');
  expect(await server.stops()).toBe(0);
});

test('a stop in the middle of a batch that was polled has Telegram forget what was handled', async () => {
  const { telegram, mainBot } = ground;
  const people = ['Quick', 'Slow'].map((firstName) => telegram.newPerson({ firstName, languageCode: 'en' }));
  await Promise.all(people.map((person) => person.starts(mainBot, { wait: false })));
  const [quick, slow] = people;
  if (!quick || !slow) throw new Error('Two people');
  const answer = holdAnswer(telegram, isAnswerTo(slow));
  const server = await startServerProcess(ground.environment(await freePort(), { webhooks: false }));
  await answer.comes();
  const stopped = server.stops();
  await eventually(() => expect(server.lines.join('\n')).toContain('stopping'));
  answer.release();
  expect(await stopped).toBe(0);
  await quick.reads(mainBot, 'Choose your language');
  expect(mainBot.inbox.pending).toEqual([]);
});
