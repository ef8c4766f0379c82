import type { Message, PreCheckoutQuery, SuccessfulPayment } from 'grammy/types';
import type { Sandbox, SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { BotApiClient } from '../bot-api-client.ts';

type Payment = Awaited<ReturnType<SandboxPerson['pays']>>;

/** A bot that takes Stars, spoken for in plain HTTP, and what it has heard of them. */
export interface StarShop {
  bot: SandboxBot;
  api: BotApiClient;
  /** The link of an invoice for 150 Stars, unless told otherwise. */
  offers(more?: object): Promise<string>;
  /** The newest question whether somebody may pay. */
  asked(): Promise<PreCheckoutQuery | undefined>;
  /** Says yes to the newest question, or no in these words. @returns what Telegram says to that */
  answers(refusal?: string): Promise<string>;
  /** The person pays, and the bot lets them. */
  sells(person: SandboxPerson, link: string): Promise<Payment>;
  /** Messages of payments and refunds, oldest first. */
  messages(): Promise<Message[]>;
  payments(): Promise<SuccessfulPayment[]>;
  /** What became of renewals, oldest first. */
  renewals(): Promise<string[]>;
}

export function openStarShop(sandbox: Sandbox, username = 'shop_bot'): StarShop {
  const bot = sandbox.newBot({ username, name: 'Shop' });
  const api = new BotApiClient(sandbox, bot.token);
  const shop: StarShop = {
    bot,
    api,
    offers: (more = {}) => api.get('createInvoiceLink', invoice(more)),
    asked: async () =>
      (await api.updates()).findLast((update) => update.pre_checkout_query)?.pre_checkout_query,
    async answers(refusal) {
      const { id } = (await shop.asked()) ?? { id: 'none' };
      const answer = refusal === undefined ? { ok: true } : { ok: false, error_message: refusal };
      return await api.hear('answerPreCheckoutQuery', { pre_checkout_query_id: id, ...answer });
    },
    async sells(person, link) {
      const paying = person.pays(link);
      await shop.answers();
      return await paying;
    },
    messages: async () => (await api.updates()).flatMap(({ message }) => message ?? []),
    payments: async () => (await shop.messages()).flatMap((message) => message.successful_payment ?? []),
    async renewals() {
      const news = (await api.updates()).flatMap(({ subscription }) => subscription ?? []);
      return news.map(({ user, invoice_payload, state }) => `${user.first_name} ${invoice_payload} ${state}`);
    },
  };
  return shop;
}

/** What an invoice in Stars says at least. */
export function invoice(more: object = {}): object {
  return {
    title: 'Vip',
    description: 'A month',
    payload: 'p:1',
    provider_token: '',
    currency: 'XTR',
    prices: [{ label: 'A month', amount: 150 }],
    ...more,
  };
}
