import type { TariffOffer, TariffPage } from '../../../modules/tariffs/tariff-service.ts';
import { formatCardNumber } from '../../../shared/card-number.ts';
import { HOME, TARIFF, TARIFF_FOR } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, money, monthsName, plainAmount, type Viewer } from '../common.ts';

/** What the owner has, what a paid tariff gives, and what each costs. */
export function tariffScreen(viewer: Viewer, { paidUntil, prices }: TariffPage): Screen {
  const { t } = viewer;
  const onSale = prices.flatMap(({ months, price }) => (price === null ? [] : [{ months, price }]));
  const notOnSale = prices.filter(({ price }) => price === null);
  return {
    text: [
      paidUntil === null ? t('tariff.free') : t('tariff.paidUntil', { until: date(viewer, paidUntil) }),
      t('tariff.gives'),
      notOnSale.map(({ months }) => t('tariff.notOnSale', { duration: monthsName(t, months) })).join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [
      ...onSale.map(({ months, price }) => [
        button(
          t('tariff.price', { duration: monthsName(t, months), price: money(viewer, price) }),
          TARIFF_FOR.data(months),
        ),
      ]),
      [button(t('button.back'), HOME.data())],
    ],
  };
}

/** The platform's card, and what to send. */
export function tariffOfferScreen(viewer: Viewer, offer: TariffOffer): Screen {
  const { t } = viewer;
  return {
    text: t('tariff.offer', {
      duration: monthsName(t, offer.months),
      amount: money(viewer, offer.amount),
      card: formatCardNumber(offer.cardNumber),
      holder: offer.cardHolder,
    }),
    buttons: [
      [
        { text: t('checkout.copyAmount'), copy_text: { text: plainAmount(offer.amount) } },
        { text: t('checkout.copyCard'), copy_text: { text: offer.cardNumber } },
      ],
      [button(t('button.cancel'), TARIFF.data())],
    ],
  };
}

export function tariffTakenScreen({ t }: Viewer): Screen {
  return { text: t('tariff.receiptTaken'), buttons: [[button(t('button.home'), HOME.data())]] };
}

/** A file that answers nothing can only be the receipt for a tariff. */
export function tariffFirstScreen({ t }: Viewer): Screen {
  return {
    text: t('hint.tariffFirst'),
    buttons: [[button(t('menu.tariff'), TARIFF.data())], [button(t('button.home'), HOME.data())]],
  };
}

/** Instead of the receipt came something else. @param back the data of the button that leaves the question */
export function tariffHintScreen(
  { t }: Viewer,
  key: 'hint.receiptNotImage' | 'hint.receiptTooBig',
  back: string,
): Screen {
  return { text: t(key), buttons: [[button(t('button.cancel'), back)]] };
}
