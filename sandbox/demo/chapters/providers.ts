import type { SandboxMessage } from '../../world/conversation.ts';
import { enters, usesLink } from '../deeds.ts';
import { type Actor, linkIn, type Stage } from '../stage.ts';
import type { Cast } from '../story.ts';

/** Money that comes by itself, and goes back the same way. */
export async function providers(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, moderator } = cast;
  stage.transcript.tells('Aziz is tired of receipts. He has a company, and contracts with Click and Payme.');
  await opensToProviders(stage, cast);
  await connectsClick(stage, cast);
  await connectsPayme(stage, cast);
  await goesLive(cast, 'Click');
  await goesLive(cast, 'Payme');
  await owner.reads(mainBot, `Payme now works in @${shop.username}`);
  await moderator.reads(mainBot, 'Состояние: работает');
  await sellsByClick(stage, cast);
  await sellsByPayme(stage, cast);
}

/** What the platform asks for a connection, and a tariff that allows it. */
async function opensToProviders(stage: Stage, { mainBot, shop, owner, moderator }: Cast): Promise<void> {
  for (const [label, value] of [
    [/Карта/, '8600 4321 8765 2109'],
    [/Держатель карты/, 'GETOLOG'],
    [/Цена, 1 месяц/, '100 000'],
    [/Подключение Click/, '300 000'],
  ] as const) {
    await moderator.writes(mainBot, '/admin');
    await moderator.taps(mainBot, /Настройки/);
    await moderator.taps(mainBot, label);
    await moderator.writes(mainBot, value);
  }
  await toMethods({ mainBot, owner });
  await owner.reads(mainBot, 'Click: not connected');
  await owner.taps(mainBot, /🔌 Click/);
  await owner.taps(mainBot, /Connect Click/);
  await owner.reads(mainBot, 'available on paid tariffs');
  await owner.taps(mainBot, /Getolog tariff/);
  await owner.taps(mainBot, /1 month/);
  await owner.sendsPhoto(mainBot, 'the receipt for a month of the tariff');
  await moderator.seesButton(mainBot, 'Подтвердить');
  await moderator.taps(mainBot, /Подтвердить/);
  await owner.reads(mainBot, 'Your Getolog tariff is paid until');
  stage.transcript.tells(`@${shop.username} is on a paid tariff now.`);
}

/** The fee, and then the keys, none of which stays in the chat. */
async function connectsClick(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, owner, moderator, click } = cast;
  await toMethods(cast);
  await owner.taps(mainBot, /🔌 Click/);
  await owner.taps(mainBot, /Connect Click/);
  await owner.reads(mainBot, '300,000');
  await owner.sendsPhoto(mainBot, 'the receipt of the connection fee');
  await moderator.reads(mainBot, 'плата за подключение');
  await moderator.taps(mainBot, /Подтвердить/);
  await owner.reads(mainBot, 'Now enter the keys');
  await owner.taps(mainBot, /Enter the keys/);
  const { serviceId, merchantId, secret, merchantUserId } = click.merchant;
  await typesKeys(stage, cast, [serviceId, merchantId, secret, merchantUserId ?? '-']);
  await owner.reads(mainBot, 'The keys of Click are saved');
  await paysTest(stage, cast, { provider: 'Click', pays: (link) => click.pays(link) });
}

/** Whom a moderator likes pays no fee. */
async function connectsPayme(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, owner, moderator, payme } = cast;
  await toMethods(cast);
  await owner.taps(mainBot, /🔌 Payme/);
  await owner.taps(mainBot, /Connect Payme/);
  await owner.isTold(mainBot, 'on sale yet');
  await toConnection({ mainBot, moderator }, 'Payme');
  await moderator.taps(mainBot, /Без платы/);
  await owner.reads(mainBot, 'Nothing more to pay for Payme');
  await owner.taps(mainBot, /Enter the keys/);
  const { cashboxId, key, testKey } = payme.merchant;
  await typesKeys(stage, cast, [cashboxId, key, testKey ?? '-']);
  await owner.reads(mainBot, 'The keys of Payme are saved');
  await paysTest(stage, cast, { provider: 'Payme', pays: (link) => payme.pays(link) });
}

/** A new order of the owner's own, which they pay in the provider's world. */
async function paysTest(
  stage: Stage,
  cast: Cast,
  { provider, pays }: { provider: string; pays: (link: string) => Promise<{ isPaid: boolean }> },
): Promise<void> {
  const { mainBot, owner } = cast;
  await toMethods(cast);
  await owner.taps(mainBot, new RegExp(`🔌 ${provider}`));
  await owner.taps(mainBot, /Test order/);
  const order = await owner.seesButton(mainBot, 'Pay the test');
  await stage.plays(owner.name, `pays the test order on ${provider}’s page`, async () => {
    const { isPaid } = await pays(paymentLinkIn(order));
    stage.expect(isPaid, 'the test order is paid');
  });
  await owner.reads(mainBot, (message) => isTestOf(message, provider), 'that a test payment arrived');
}

async function goesLive({ mainBot, moderator }: Cast, provider: string): Promise<void> {
  await toConnection({ mainBot, moderator }, provider);
  await moderator.taps(mainBot, /Открыть покупателям/);
}

/** A buyer pays and is in, and nobody had to look at anything. */
async function sellsByClick(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, subscriber: buyer, channel, click } = cast;
  const order = await choosesMonth(cast, buyer, {
    language: /Oʻzbekcha/,
    month: /📢 1 oy/,
    provider: /Click/,
  });
  await stage.plays(buyer.name, 'presses [Pay] on Click’s page', async () => {
    stage.expect((await click.pays(paymentLinkIn(order))).isPaid, 'Click takes the money');
  });
  const welcome = await buyer.reads(shop, (message) => linkIn(message) !== '', 'the way in');
  await owner.reads(mainBot, /Zafar.* paid 50,000/);
  await usesLink(stage, cast, { member: buyer, welcome, chat: channel });
}

/** A buyer changes their mind: the owner returns the money in Payme's cabinet, and the time goes with it. */
async function sellsByPayme(stage: Stage, cast: Cast): Promise<void> {
  const { mainBot, shop, owner, channel, payme } = cast;
  const buyer = stage.newActor({ firstName: 'Нина', languageCode: 'ru' });
  const order = await choosesMonth(cast, buyer, {
    language: /Русский/,
    month: /📢 1 месяц/,
    provider: /Payme/,
  });
  await stage.plays(buyer.name, 'presses [Оплатить] on Payme’s page', async () => {
    stage.expect((await payme.pays(paymentLinkIn(order))).isPaid, 'Payme takes the money');
  });
  const welcome = await buyer.reads(shop, (message) => linkIn(message) !== '', 'the way in');
  await usesLink(stage, cast, { member: buyer, welcome, chat: channel });
  await stage.plays(owner.name, 'returns Нина’s money in Payme’s cabinet', async () => {
    const paid = payme.transactions.findLast(({ state }) => state === 2);
    if (paid) await payme.takesBack(paid);
  });
  await owner.reads(mainBot, /Payme returned 50,000/);
  await stage.until(() => !channel.has(buyer.person), `${buyer.name} is out`);
  await payme.reconciles();
  stage.transcript.tells('Payme’s statement and Getolog agree to the tiyin.');
}

/** @returns the screen with the payment link */
async function choosesMonth(
  cast: Cast,
  buyer: Actor,
  { language, month, provider }: { language: RegExp; month: RegExp; provider: RegExp },
): Promise<SandboxMessage> {
  const { shop } = cast;
  await enters(cast, buyer, language);
  await buyer.taps(shop, month);
  await buyer.taps(shop, provider);
  return await buyer.reads(shop, (message) => paymentLinkIn(message) !== '', 'where to pay');
}

async function toMethods({ mainBot, owner }: Pick<Cast, 'mainBot' | 'owner'>): Promise<void> {
  await owner.writes(mainBot, '/menu');
  await owner.taps(mainBot, /My bots/);
  await owner.taps(mainBot, /aziz_club_bot/);
  await owner.taps(mainBot, /Payment methods/);
}

async function toConnection(
  { mainBot, moderator }: Pick<Cast, 'mainBot' | 'moderator'>,
  provider: string,
): Promise<void> {
  await moderator.writes(mainBot, '/admin');
  await moderator.taps(mainBot, /Подключения/);
  await moderator.taps(mainBot, new RegExp(`${provider} · `));
}

/** Each answer leaves the chat before it is looked at. */
async function typesKeys(stage: Stage, { mainBot, owner }: Cast, keys: readonly string[]): Promise<void> {
  for (const key of keys) await owner.types(mainBot, key, '••••');
  const { messages } = owner.person.chatWith(mainBot);
  const isLeft = messages.some(({ text, deleted }) => !deleted && keys.includes(text));
  stage.expect(!isLeft, 'no key stays in the chat');
}

function isTestOf({ text }: SandboxMessage, provider: string): boolean {
  return text.includes('A test payment arrived') && text.includes(provider);
}

/** The address of the button that leads to a provider. */
function paymentLinkIn(message: SandboxMessage): string {
  const isPayment = (url = '') => /my\.click\.uz|paycom\.uz/.test(url);
  return message.buttons.flat().find(({ url }) => isPayment(url))?.url ?? '';
}
