import { formatTypedDate } from '../../../../shared/calendar.ts';
import { isStorable, shorten } from '../../../../shared/text.ts';
import type { FiscalData } from '../../../merchant-accounts/merchant-account.ts';
import type { Duration } from '../../../plans/duration.ts';

/** The receipt of a sale. */
const SALE = 0;
const MAX_TITLE_LENGTH = 63;

/** What stands in the fiscal receipt of an order: one position, with everything that is sold. */
export function toDetail(
  { ikpu, packageCode, vatPercent }: FiscalData,
  order: { title: string; duration: Duration; amount: bigint },
) {
  return {
    receipt_type: SALE,
    items: [
      {
        title: positionTitle(order),
        price: Number(order.amount),
        count: 1,
        code: ikpu,
        package_code: packageCode,
        vat_percent: vatPercent,
      },
    ],
  };
}

/** "Kanal, 1 oy": how long is never cut off. The tax office reads Uzbek, whichever language the buyer does. */
function positionTitle({ title, duration }: { title: string; duration: Duration }): string {
  const end = `, ${durationName(duration)}`;
  let room = MAX_TITLE_LENGTH - end.length;
  // A character that people see may be several.
  while (shorten(title, room).length + end.length > MAX_TITLE_LENGTH) room -= 1;
  return `${shorten(title, room)}${end}`;
}

function durationName(duration: Duration): string {
  switch (duration.kind) {
    case 'months':
      return duration.months === 0 ? 'umrbod' : `${duration.months} oy`;
    case 'days':
      return `${duration.days} kun`;
    case 'until':
      return `${formatTypedDate(duration.endsOn)} gacha`;
  }
}

/**
 * What Payme tells of a fiscal receipt, as Postgres can keep it: its fields are plain values, whatever stands beside them
 * is none of theirs.
 */
export function toStoredFiscalData(data: Record<string, unknown>): Record<string, string | number | boolean> {
  const fields: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(data)) {
    if (!isStorable(name)) continue;
    if (typeof value === 'number' || typeof value === 'boolean') fields.push([name, value]);
    if (typeof value === 'string' && isStorable(value)) fields.push([name, value]);
  }
  return Object.fromEntries(fields);
}
