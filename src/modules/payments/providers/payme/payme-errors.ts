import { PROVIDER_RULES } from '../provider-rules.ts';

/** A refusal, as Payme shows it to whoever pays, or to whoever looks after the cashbox. */
export interface PaymeError {
  code: number;
  message: { uz: string; ru: string; en: string };
  /** The field that is wrong, or the method. */
  data: string | null;
}

const { busyCode, paidCode, notPayableCode, staleCreateCode, performRefusedCode } = PROVIDER_RULES.payme;

const IMPOSSIBLE = {
  uz: 'Bu amalni bajarib boʻlmaydi',
  ru: 'Невозможно выполнить операцию',
  en: 'The operation cannot be performed',
};

/** About the number of the order. */
const ORDER = 'order_id';

export const PAYME_ERRORS = {
  notPost: {
    code: -32_300,
    message: {
      uz: 'Soʻrov POST orqali yuborilishi kerak',
      ru: 'Запрос нужно отправить методом POST',
      en: 'The request must be sent by POST',
    },
    data: null,
  },
  fault: {
    code: -32_400,
    message: {
      uz: 'Tizimda nosozlik. Keyinroq qayta urinib koʻring',
      ru: 'Сбой системы. Повторите попытку позже',
      en: 'The system has a fault. Try again later',
    },
    data: null,
  },
  refused: {
    code: -32_504,
    message: {
      uz: 'Bu amal uchun huquq yetarli emas',
      ru: 'Недостаточно прав для этой операции',
      en: 'Not allowed to do this',
    },
    data: null,
  },
  notJson: {
    code: -32_700,
    message: { uz: 'Soʻrov JSON emas', ru: 'Запрос не является JSON', en: 'The request is not JSON' },
    data: null,
  },
  malformed: {
    code: -32_600,
    message: {
      uz: 'Soʻrovda maydonlar yetishmaydi yoki notoʻgʻri',
      ru: 'В запросе не хватает полей, или они неверны',
      en: 'Fields of the request are missing or wrong',
    },
    data: null,
  },
  wrongFiscalData: {
    code: -32_602,
    message: {
      uz: 'Fiskal maʼlumot notoʻgʻri',
      ru: 'Неверные фискальные данные',
      en: 'The fiscal data is wrong',
    },
    data: null,
  },
  fiscalOfNobody: {
    code: -32_001,
    message: {
      uz: 'Bunday identifikatorli chek topilmadi',
      ru: 'Чек с таким идентификатором не найден',
      en: 'No receipt has this id',
    },
    data: null,
  },
  orderNotFound: {
    code: -31_050,
    message: { uz: 'Buyurtma topilmadi', ru: 'Заказ не найден', en: 'Order not found' },
    data: ORDER,
  },
  busy: {
    code: busyCode,
    message: {
      uz: 'Bu buyurtma uchun toʻlov boshlangan',
      ru: 'Оплата этого заказа уже начата',
      en: 'This order is being paid already',
    },
    data: ORDER,
  },
  paid: {
    code: paidCode,
    message: { uz: 'Buyurtma toʻlangan', ru: 'Заказ уже оплачен', en: 'This order is paid' },
    data: ORDER,
  },
  notPayable: {
    code: notPayableCode,
    message: {
      uz: 'Buyurtma bekor qilingan yoki muddati oʻtgan',
      ru: 'Заказ отменён или просрочен',
      en: 'This order was cancelled or has expired',
    },
    data: ORDER,
  },
  wrongAmount: {
    code: -31_001,
    message: { uz: 'Summa notoʻgʻri', ru: 'Неверная сумма', en: 'Wrong amount' },
    data: null,
  },
  transactionNotFound: {
    code: -31_003,
    message: { uz: 'Tranzaksiya topilmadi', ru: 'Транзакция не найдена', en: 'Transaction not found' },
    data: null,
  },
  impossible: { code: -31_008, message: IMPOSSIBLE, data: null },
  staleCreate: { code: staleCreateCode, message: IMPOSSIBLE, data: null },
  performRefused: { code: performRefusedCode, message: IMPOSSIBLE, data: null },
} as const satisfies Record<string, PaymeError>;

export function unknownMethod(method: string): PaymeError {
  return {
    code: -32_601,
    message: { uz: 'Bunday metod yoʻq', ru: 'Такого метода нет', en: 'There is no such method' },
    data: method,
  };
}
