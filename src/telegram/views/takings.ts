import type { Taking } from '../../modules/statistics/statistics.ts';
import { money, type Viewer } from './common.ts';

/** "💳 Card transfer: 50,000 UZS · ⭐ Stars: 150"; empty where it would only say once more what the sum says. */
export function takingsLine(viewer: Viewer, takings: readonly Taking[]): string {
  const { t } = viewer;
  if (takings.every(({ method }) => method === 'card')) return '';
  return takings
    .map(({ method, currency, amount }) => {
      const sum = currency === 'XTR' ? `${amount} ⭐` : money(viewer, amount);
      return `${t.named('paymentMethod', method)}: ${sum}`;
    })
    .join(' · ');
}
