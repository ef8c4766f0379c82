import { useState } from 'preact/hooks';
import type { BroadcastDetail } from '../../../src/panel/contract/growth/broadcasts.ts';
import { LANGUAGES } from '../../../src/shared/languages.ts';
import { act } from '../../api/act.ts';
import { useAddress } from '../../ui/address.ts';
import { Button, fullTime, money, planTitle, sum } from '../../ui/basics.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { Select } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Section } from '../../ui/screen.tsx';
import { say } from '../../ui/toast.tsx';
import { t } from '../../words/words.ts';

const AUDIENCES = [
  'all',
  'live',
  'ended',
  'never',
  'ending',
  'trial',
] as const satisfies readonly BroadcastDetail['segment']['state'][];

/** Not started yet: who gets it, how many that are, and what stands in the way. */
export function Draft({ broadcast }: { broadcast: BroadcastDetail }) {
  const { id, state, people } = broadcast;
  const { api } = useBot();
  const change = (path: string) =>
    act('POST', `${api}/broadcasts/${id}/${path}`, { changes: [`${api}/broadcasts`] });
  return (
    <>
      <Section
        title={t('panel.casts.title', { id, state: t(`broadcastStatus.${state}`) })}
        note={t('panel.casts.never')}
      >
        <div class="figures" aria-live="polite">
          <Figure name="people" label={t('panel.casts.people')} value={people} shown={sum(String(people))} />
        </div>
        <Choices broadcast={broadcast} onChange={(path) => void change(path)} />
      </Section>
      <Limits broadcast={broadcast} />
      <Acts broadcast={broadcast} change={change} />
    </>
  );
}

function Choices({
  broadcast: { segment, plan, choices },
  onChange,
}: {
  broadcast: BroadcastDetail;
  onChange: (path: string) => void;
}) {
  const { chats, sources, plans } = choices;
  const any = ['0', t('panel.filter.all')] as const;
  return (
    <div class="form">
      <Select
        label={t('panel.casts.audience')}
        testid="filter-state"
        value={segment.state}
        options={AUDIENCES.map((state) => [state, t(`broadcastAudience.${state}`)] as const)}
        onChange={(state) => onChange(`seg/${state}`)}
      />
      {(chats.length > 1 || segment.chat !== null) && (
        <Select
          label={t('panel.casts.chat')}
          testid="filter-chat"
          value={String(segment.chat ?? 0)}
          options={[any, ...chats.map(({ id, title }) => [String(id), title] as const)]}
          onChange={(chat) => onChange(`chat/${chat}`)}
        />
      )}
      {sources.length > 0 && (
        <Select
          label={t('panel.casts.source')}
          testid="filter-source"
          value={String(segment.source ?? 0)}
          options={[any, ...sources.map(({ id, name }) => [String(id), name] as const)]}
          onChange={(source) => onChange(`from/${source}`)}
        />
      )}
      <Select
        label={t('panel.casts.language')}
        testid="filter-language"
        value={segment.language ?? 'all'}
        options={[
          ['all', t('panel.filter.all')],
          ...LANGUAGES.map((code) => [code, t(`panel.me.languages.${code}`)] as const),
        ]}
        onChange={(language) => onChange(`lang/${language}`)}
      />
      {plans.length > 0 && (
        <Select
          label={t('panel.casts.plan')}
          testid="broadcast-plan"
          value={String(plan ?? 0)}
          options={[
            ['0', t('panel.casts.noPlan')],
            ...plans.map((one) => [String(one.id), `${planTitle(one)} · ${money(one.price)}`] as const),
          ]}
          onChange={(chosen) => onChange(`plan/${chosen}`)}
        />
      )}
    </div>
  );
}

function Limits({ broadcast: { limits, people, waitsUntil } }: { broadcast: BroadcastDetail }) {
  const { starts, days, nextAt } = limits;
  const told = [
    t('panel.casts.tariff', {
      starts,
      days: t('duration.days', { count: days }),
      people: sum(String(limits.people)),
    }),
    ...(nextAt === null ? [] : [t('panel.casts.nextAt', { when: fullTime(nextAt) })]),
    ...(people < limits.people ? [] : [t('panel.casts.most')]),
    waitsUntil === null ? t('panel.casts.daytime') : t('panel.casts.night', { when: fullTime(waitsUntil) }),
  ];
  return (
    <Section title={t('panel.casts.limits')}>
      {told.map((line) => (
        <p key={line} class="row-main">
          {line}
        </p>
      ))}
    </Section>
  );
}

function Acts({
  broadcast: { people, limits, link },
  change,
}: {
  broadcast: BroadcastDetail;
  change: (path: string) => Promise<unknown>;
}) {
  const { page } = useBot();
  const { route } = useAddress();
  const [isBusy, setBusy] = useState(false);
  const press = async (path: string) => {
    setBusy(true);
    const done = await change(path);
    setBusy(false);
    return done !== undefined;
  };
  const test = async () => {
    if (await press('test')) say(t('panel.casts.shown'));
  };
  const start = async () => {
    const title = t('panel.casts.start');
    const text = t('panel.casts.askStart', { count: people });
    if (await confirmed({ title, text, yes: t('panel.casts.yes') })) await press('start');
  };
  const remove = async () => {
    const title = t('panel.casts.delete');
    const text = t('panel.casts.askDelete');
    if (!(await confirmed({ title, text, yes: title, isDangerous: true }))) return;
    if (await press('cancel')) route(`${page}/broadcasts`);
  };
  const mayStart = people > 0 && limits.nextAt === null;
  return (
    <div class="buttons">
      <Button
        kind="primary"
        testid="broadcast-start"
        disabled={isBusy || !mayStart}
        onPress={() => void start()}
      >
        {t('panel.casts.start')}
      </Button>
      <Button testid="broadcast-test" disabled={isBusy} onPress={() => void test()}>
        {t('panel.casts.test')}
      </Button>
      <a class="button" href={link} target="_blank" rel="noreferrer">
        {t('panel.casts.openIn')}
      </a>
      <Button kind="danger" testid="broadcast-delete" disabled={isBusy} onPress={() => void remove()}>
        {t('panel.casts.delete')}
      </Button>
    </div>
  );
}
