import type { ComponentChildren } from 'preact';
import type { SourcesPage } from '../../../src/panel/contract/growth/sources.ts';
import type { Plans } from '../../../src/panel/contract/plans.ts';
import { useGet } from '../../api/queries.ts';
import { me } from '../../session.ts';
import { useFilters } from '../../ui/address.ts';
import { planTitle } from '../../ui/basics.tsx';
import { Strip } from '../../ui/filters.tsx';
import { Field, Select } from '../../ui/form.tsx';
import { methodOptions } from '../../ui/payment-options.ts';
import { useBot } from '../../ui/place.ts';
import { t } from '../../words/words.ts';
import { dayBefore, monthBefore, monthTitle, thisDay, thisMonth } from './months.ts';

type Option = readonly [value: string, label: string];

const PERIODS = [3, 6, 12, 24, 60];
const DEFAULT_PERIOD = 12;
const OWN = 'own';
/** Of people, for whom months are long. */
const DAYS = [7, 30, 90, 365];
const USUAL_DAYS = 30;
/** As far back as a report goes. */
const MONTHS_BACK = 60;

const later = (one: string, other: string) => [one, other].sort().at(-1) ?? one;
const earlier = (one: string, other: string) => [one, other].sort()[0] ?? one;

/** One that stands in the address. @param fallback shown as chosen where the address names none */
export function Choice({
  name,
  label,
  options,
  fallback = '',
}: {
  name: string;
  label: string;
  options: readonly Option[];
  fallback?: string;
}) {
  const { filters, set } = useFilters();
  return (
    <Select
      label={label}
      testid={`filter-${name}`}
      value={filters[name] ?? fallback}
      options={options}
      onChange={(value) => set({ [name]: value === fallback ? '' : value })}
    />
  );
}

/** The months that are shown: the last ones, or from one to another. */
export function Period() {
  const { filters, set } = useFilters();
  const now = thisMonth();
  const { from = monthBefore(now, DEFAULT_PERIOD - 1), to = '' } = filters;
  const lasting = to === '' ? PERIODS.find((count) => monthBefore(now, count - 1) === from) : undefined;
  const choose = (chosen: string) => {
    if (chosen === OWN) return set({ from, to: to || now });
    const count = Number(chosen);
    return set({ from: count === DEFAULT_PERIOD ? '' : monthBefore(now, count - 1), to: '' });
  };
  const months = Array.from({ length: MONTHS_BACK }, (_, count): Option => {
    const month = monthBefore(now, count);
    return [month, monthTitle(month)];
  });
  return (
    <>
      <Select
        label={t('panel.analytics.period')}
        testid="filter-period"
        value={lasting === undefined ? OWN : String(lasting)}
        options={[
          ...PERIODS.map((count): Option => [String(count), t('panel.analytics.lastMonths', { count })]),
          [OWN, t('panel.analytics.ownPeriod')],
        ]}
        onChange={choose}
      />
      {lasting === undefined && (
        <>
          <Select
            label={t('panel.analytics.fromMonth')}
            testid="filter-from"
            value={from}
            options={months}
            onChange={(month) => set({ from: month, to: later(month, to) })}
          />
          <Select
            label={t('panel.analytics.toMonth')}
            testid="filter-to"
            value={to}
            options={months}
            onChange={(month) => set({ to: month, from: earlier(month, from) })}
          />
        </>
      )}
    </>
  );
}

export type Narrowing = 'chat' | 'plan' | 'method' | 'currency';

/** Which sales are meant. */
export function Narrowed({ by }: { by: readonly Narrowing[] }) {
  const { api } = useBot();
  const chats = useGet<Plans>(`${api}/plans`).data?.chats ?? [];
  const all: Option = ['', t('panel.filter.all')];
  const choices: Record<Narrowing, ComponentChildren> = {
    chat: chats.length > 1 && (
      <Choice
        name="chat"
        label={t('panel.payments.chat')}
        options={[all, ...chats.map(({ id, title }): Option => [String(id), title])]}
      />
    ),
    plan: (
      <Choice
        name="plan"
        label={t('panel.payments.plan')}
        options={[
          all,
          ...chats.flatMap(({ title, plans }) =>
            plans.map(
              (plan): Option => [
                String(plan.id),
                chats.length > 1 ? `${title}: ${planTitle(plan)}` : planTitle(plan),
              ],
            ),
          ),
        ]}
      />
    ),
    method: <Choice name="method" label={t('panel.payments.method')} options={[all, ...methodOptions()]} />,
    currency: <Currency />,
  };
  const shown = by.map((name) => (
    <span key={name} class="choice-of">
      {choices[name]}
    </span>
  ));
  return <Strip>{shown}</Strip>;
}

function Currency() {
  return (
    <Choice
      name="currency"
      label={t('panel.analytics.currency')}
      fallback="UZS"
      options={[
        ['UZS', t('panel.analytics.soum')],
        ['XTR', t('panel.analytics.stars')],
      ]}
    />
  );
}

/** Days of the first /start: the last ones, or from one to another, both in. */
export function Days() {
  const { filters, set } = useFilters();
  const today = thisDay();
  const { since = dayBefore(today, USUAL_DAYS - 1), until = '' } = filters;
  const lasting = until === '' ? DAYS.find((count) => dayBefore(today, count - 1) === since) : undefined;
  const days = { since, until: until || today };
  const choose = (chosen: string) => {
    if (chosen === OWN) return set(days);
    const count = Number(chosen);
    return set({ since: count === USUAL_DAYS ? '' : dayBefore(today, count - 1), until: '' });
  };
  return (
    <>
      <Select
        label={t('panel.analytics.period')}
        testid="filter-period"
        value={lasting === undefined ? OWN : String(lasting)}
        options={[
          ...DAYS.map((count): Option => [String(count), t('panel.analytics.lastDays', { count })]),
          [OWN, t('panel.analytics.ownDays')],
        ]}
        onChange={choose}
      />
      {lasting === undefined &&
        (['since', 'until'] as const).map((name) => (
          <Field
            key={name}
            type="date"
            label={t(`panel.payments.${name}`)}
            testid={`filter-${name}`}
            value={days[name]}
            // Empty while half of a date is typed.
            onInput={(day) => {
              if (day === '') return;
              set(
                name === 'since'
                  ? { since: day, until: later(day, days.until) }
                  : { since: earlier(day, days.since), until: day },
              );
            }}
          />
        ))}
    </>
  );
}

export function SourceChoice() {
  const { api } = useBot();
  const items = useGet<SourcesPage>(`${api}/sources?limit=100`).data?.items ?? [];
  if (!me().features.includes('sources')) return null;
  return (
    <Choice
      name="source"
      label={t('panel.payments.source')}
      options={[
        ['', t('panel.filter.all')],
        ['0', t('panel.analytics.noSource')],
        ...items.map(({ id, name }): Option => [String(id), name]),
      ]}
    />
  );
}
