import { demand } from './merchant-call.ts';

const HOSTS = new Map([
  ['https://checkout.paycom.uz/', false],
  ['https://test.paycom.uz/', true],
]);

/** What a payment link asks of Payme’s page. */
export interface PaymeCheckout {
  cashboxId: string;
  orderNumber: string;
  /** Tiyin. */
  amount: number;
  language: 'uz' | 'ru' | 'en';
  returnsTo: string;
  isTest: boolean;
}

const WANTED =
  /^m=([0-9a-f]{24});ac\.order_id=([1-9]\d*);a=([1-9]\d*);l=(uz|ru|en);c=(https:\/\/t\.me\/[A-Za-z0-9_]{5,32})$/;

/** @throws Unreadable for a link that Payme's page would not open as it is meant */
export function readPaymeLink(link: string): PaymeCheckout {
  const [, host = '', packed = ''] = /^(https:\/\/[a-z.]+\/)([A-Za-z0-9+/]+={0,2})$/.exec(link) ?? [];
  const isTest = HOSTS.get(host);
  demand(isTest !== undefined, `No link of Payme: ${link}`);
  const text = Buffer.from(packed, 'base64').toString('utf8');
  demand(Buffer.from(text).toString('base64') === packed, `No standard base64: ${link}`);
  const [, cashboxId = '', orderNumber = '', amount = '', language, returnsTo = ''] = WANTED.exec(text) ?? [];
  demand(language === 'uz' || language === 'ru' || language === 'en', `Payme cannot read “${text}”`);
  return { cashboxId, orderNumber, amount: Number(amount), language, returnsTo, isTest };
}
