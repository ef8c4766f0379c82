// Every statement is asked with three: `$1` which bot (0: the platform), `$2` as of when, `$3` by which time zone.

/** The day in the time zone. Of what is grouped by it, `asDay` and `asMonth` make texts: of groups, not of rows. */
export const dayOf = (instant: string): string => `(${instant} AT TIME ZONE $3::text)::date`;

/** The first day of its month. */
export const monthOf = (instant: string): string =>
  `date_trunc('month', ${instant} AT TIME ZONE $3::text)::date`;

/** Of a day that is more than so many days past, the first one of its month. */
export const dayOrMonth = (day: string, days: number): string =>
  `CASE WHEN ${day} < ${firstDay(days)} THEN date_trunc('month', ${day}::timestamp)::date ELSE ${day} END`;

const firstDay = (days: number): string => `(${dayOf('$2::timestamptz')} - ${days})`;

export const asDay = (date: string): string => `to_char(${date}, 'YYYY-MM-DD')`;

export const asMonth = (date: string): string => `to_char(${date}, 'YYYY-MM')`;

/** Of a group of `dayOrMonth`: a month's first day lies before the first of the days, as the whole month does. */
export const asDayOrMonth = (date: string, days: number): string =>
  `CASE WHEN ${date} < ${firstDay(days)} THEN ${asMonth(date)} ELSE ${asDay(date)} END`;

/** The midnight that began the day which lies so many days after the present one. */
export const midnight = (days: number): string =>
  `((${dayOf('$2::timestamptz')} + (${days}))::timestamp AT TIME ZONE $3::text)`;

/** The sum of a group of one currency: tiyin, or whole Stars; as text, because JSON would round it. */
export const sumOf = (amount: string): string =>
  `(sum(${amount}) * CASE currency WHEN 'XTR' THEN 1 ELSE 100 END)::bigint::text`;

/** What is paid once in Stars and what is paid in them every month are Stars. */
export const methodOf = (payment: string): string =>
  `CASE ${payment}.payment_method WHEN 'starsub' THEN 'stars' ELSE ${payment}.payment_method END`;

/** What counts: neither tests nor what was reversed. */
export const isSale = (payment: string): string =>
  `${payment}.status = 'approved' AND NOT ${payment}.is_test`;

/** 30.4375 days, in seconds: a month of what is sold by days. */
const MONTH_SECONDS = 2_629_800;

/** What a payment brings a month, in millionths of a soʻm or Star: 0 for a lifetime, null where it gave no time. */
export const monthlyValueOf = (payment: string): string => `
  ${payment}.amount * 1000000 * CASE
    WHEN ${payment}.extended_to IS NULL THEN 0
    WHEN ${payment}.duration_months IS NOT NULL THEN 1.0 / nullif(${payment}.duration_months, 0)
    ELSE ${MONTH_SECONDS} / nullif(extract(epoch FROM ${payment}.extended_to - ${payment}.extended_from), 0)
  END`;

/** The same of several, whole: as text, because JSON would round it. */
export const monthlySumOf = (value: string): string => `round(sum(${value}))::bigint::text`;

/** Within so long whoever left and came back has never left. Counted in hours, which no time zone stretches. */
export const SOON = `interval '168 hours'`;

/** Rows as one JSON, which is read in a tenth of the time of columns. */
export const rowsOf = (name: string, select: string): string =>
  `(SELECT coalesce(json_agg(fact), '[]') FROM (${select}) fact) AS "${name}"`;
