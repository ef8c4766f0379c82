import type { translator } from '../../../infra/i18n/i18n.ts';
import type { Language } from '../../../shared/languages.ts';
import { formatAmount, fromDecimalString } from '../../../shared/money.ts';
import type {
  Forecast,
  Funnel,
  Overview,
  Retention,
  Revenue,
  SourcesReport,
  Speed,
} from '../../contract/analytics.ts';
import type { PlatformReport } from '../../contract/moderator/analytics.ts';
import type { Money } from '../../contract/shapes.ts';

type Translator = ReturnType<typeof translator>;
type RevenueBy = 'plan' | 'method' | 'chat' | 'source';
/** Null: nothing is known. */
type Cell = string | number | Money | null;
/** A report as a spreadsheet has it, its head first. */
export type Table = [head: string[], ...rows: Cell[][]];

/** @param columns of each the head, and what stands below it */
function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly (readonly [string, (row: Row) => Cell])[],
): Table {
  return [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
}

export function overviewTable({ months }: Pick<Overview, 'months'>, { plain }: Translator): Table {
  return tableOf(months, [
    [plain('panel.chart.when'), ({ month }) => month],
    [plain('panel.analytics.turnover'), ({ turnover }) => turnover],
    [plain('panel.analytics.currency'), ({ turnover }) => turnover.currency],
    [plain('panel.analytics.sale.new'), ({ sales }) => sales.new],
    [plain('panel.analytics.sale.renewal'), ({ sales }) => sales.renewal],
    [plain('panel.analytics.sale.return'), ({ sales }) => sales.return],
    [plain('panel.analytics.mrr'), ({ mrr }) => mrr],
    [plain('panel.analytics.paying'), ({ paying }) => paying],
    [plain('panel.analytics.lifetime'), ({ lifetime }) => lifetime],
    [plain('panel.analytics.live'), ({ live }) => live],
    [plain('panel.analytics.arpu'), ({ arpu }) => arpu],
    [plain('panel.analytics.started'), ({ started }) => started],
    [plain('panel.analytics.ended'), ({ ended }) => ended],
    [plain('panel.analytics.lost'), ({ lost }) => lost],
    [plain('panel.analytics.churn'), ({ churn }) => churn],
    [plain('panel.analytics.due'), ({ due }) => due],
    [plain('panel.analytics.renewed'), ({ renewed }) => renewed],
    [plain('panel.analytics.renewalRate'), ({ renewalRate }) => renewalRate],
  ]);
}

/** A row a group, with a column for each day or month at its end. */
export function revenueTable(
  { groups, series, currency }: Revenue,
  { plain }: Translator,
  by: RevenueBy,
): Table {
  // Methods are called as in the file of payments.
  const labelOf = ({ key, label }: Revenue['groups'][number]) =>
    key === 'none' ? plain('panel.analytics.noSource') : label;
  return tableOf(groups, [
    [plain(`panel.payments.${by}`), labelOf],
    [plain('panel.analytics.turnover'), ({ turnover }) => turnover],
    [plain('panel.analytics.currency'), () => currency],
    [plain('panel.analytics.share'), ({ share }) => share],
    [plain('panel.analytics.sale.new'), ({ sales }) => sales.new],
    [plain('panel.analytics.sale.renewal'), ({ sales }) => sales.renewal],
    [plain('panel.analytics.sale.return'), ({ sales }) => sales.return],
    ...series.map(
      ({ at, values }) =>
        [at, ({ key }: { key: string }) => ({ amount: values[key] ?? '0', currency })] as const,
    ),
  ]);
}

/** A row a cohort, with a column for each month after it began. */
export function retentionTable({ cohorts }: Retention, { plain }: Translator): Table {
  const longest = Math.max(0, ...cohorts.map(({ retained }) => retained.length));
  return tableOf(cohorts, [
    [plain('panel.analytics.cohort'), ({ month }) => month],
    [plain('panel.analytics.cohortSize'), ({ size }) => size],
    [plain('panel.analytics.turnoverPerSubscriber'), ({ turnoverPerSubscriber }) => turnoverPerSubscriber],
    [plain('panel.analytics.currency'), ({ turnoverPerSubscriber }) => turnoverPerSubscriber.currency],
    ...Array.from(
      { length: longest },
      (_, k) =>
        [
          plain('panel.analytics.afterMonths', { count: k }),
          ({ retained }: Retention['cohorts'][number]) => retained[k] ?? null,
        ] as const,
    ),
  ]);
}

export function funnelTable({ steps }: Funnel, { plain }: Translator): Table {
  return tableOf(steps, [
    [plain('panel.analytics.stepTitle'), ({ step }) => plain(`panel.analytics.stepOf.${step}`)],
    [plain('panel.analytics.people'), ({ people }) => people],
    [plain('panel.analytics.ofFirstTitle'), ({ ofFirst }) => ofFirst],
    [plain('panel.analytics.ofPreviousTitle'), ({ ofPrevious }) => ofPrevious],
  ]);
}

export function sourcesTable({ items }: SourcesReport, { plain }: Translator): Table {
  return tableOf(items, [
    [plain('panel.payments.source'), ({ name }) => name ?? plain('panel.analytics.noSource')],
    [plain('panel.analytics.people'), ({ people }) => people],
    [plain('panel.analytics.newcomers'), (item) => item.new],
    [plain('panel.analytics.stepOf.chose'), ({ chose }) => chose],
    [plain('panel.analytics.stepOf.paid'), ({ paid }) => paid],
    [plain('panel.analytics.buyers'), ({ buyers }) => buyers],
    [plain('panel.analytics.turnover'), ({ turnover }) => turnover],
    [plain('panel.analytics.currency'), ({ turnover }) => turnover.currency],
    [plain('panel.analytics.live'), ({ live }) => live],
    [plain('panel.analytics.cost'), ({ cost }) => cost],
    [plain('panel.analytics.costPerBuyer'), ({ costPerBuyer }) => costPerBuyer],
    [plain('panel.analytics.returns'), (item) => item.return],
  ]);
}

export function speedTable({ days }: Speed, { plain }: Translator): Table {
  return tableOf(days, [
    [plain('panel.chart.when'), ({ day }) => day],
    [plain('panel.analytics.decision.approved'), ({ approved }) => approved],
    [plain('panel.analytics.decision.rejected'), ({ rejected }) => rejected],
  ]);
}

export function forecastTable({ days, currency }: Forecast, { plain }: Translator): Table {
  return tableOf(days, [
    [plain('panel.chart.when'), ({ day }) => day],
    [plain('panel.analytics.ending'), ({ due }) => due],
    [plain('panel.analytics.value'), ({ value }) => value],
    [plain('panel.analytics.expected'), ({ expected }) => expected],
    [plain('panel.analytics.currency'), () => currency],
  ]);
}

/** What was paid through the platform: a row a month, method and currency. */
export function platformTable({ months }: PlatformReport, { plain }: Translator): Table {
  const rows = months.flatMap(({ month, turnover }) => turnover.map((part) => ({ month, ...part })));
  return tableOf(rows, [
    [plain('panel.chart.when'), ({ month }) => month],
    [plain('panel.payments.method'), ({ method }) => method],
    [plain('panel.analytics.turnover'), ({ amount }) => amount],
    [plain('panel.analytics.currency'), ({ amount }) => amount.currency],
    [plain('panel.analytics.sales'), ({ sales }) => sales],
  ]);
}

/** As a spreadsheet in that language reads each. */
export function* writeRows(table: Table, language: Language): Generator<string[]> {
  for (const row of table) yield row.map((cell) => writeCell(cell, language));
}

function writeCell(cell: Cell, language: Language): string {
  if (cell === null || typeof cell === 'string') return cell ?? '';
  if (typeof cell === 'number') return language === 'en' ? String(cell) : String(cell).replace('.', ',');
  return cell.currency === 'XTR' ? cell.amount : formatAmount(fromDecimalString(cell.amount), language);
}
