import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import type { SourcesPage } from '../../../src/panel/contract/growth/sources.ts';
import type { Plans } from '../../../src/panel/contract/plans.ts';
import type { User } from '../../../src/panel/contract/users.ts';
import { LANGUAGES } from '../../../src/shared/languages.ts';
import { exportList } from '../../api/exports.ts';
import { useGet, useList } from '../../api/queries.ts';
import { me } from '../../session.ts';
import { useAddress, useFilters } from '../../ui/address.ts';
import { Button, fullTime, Money, planTitle } from '../../ui/basics.tsx';
import { Filters } from '../../ui/filters.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { actOnMany, askToBan, GrantDialog, type Results } from './person-acts.tsx';
import { SavedFilters } from './saved-filters.tsx';
import { UserView } from './user-view.tsx';

const STATES = ['live', 'grace', 'ended', 'never', 'banned', 'managers', 'closed'] as const;
const AT_ONCE = 100;

/** Everybody who ever opened a bot. */
export default function Users() {
  const { params } = useRoute();
  const opened = params['id'];
  return opened === undefined ? <People /> : <UserView key={opened} id={opened} />;
}

function People() {
  const { api, page, botId, may } = useBot();
  const { path, route } = useAddress();
  const { filters, set, search } = useFilters();
  const list = useList<User>(`${api}/users${search}`);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [results, setResults] = useState<Results>([]);
  // What is ticked is of what is shown: another filter shows somebody else.
  useEffect(() => setTicked(new Set()), [search, api]);
  const chosen = list.items.filter(({ id }) => ticked.has(id)).map(({ id }) => id);
  const tick = (id: number, isTicked: boolean) => {
    const after = new Set(ticked);
    if (isTicked) after.add(id);
    else after.delete(id);
    setTicked(after);
  };
  const onDone = (done: Results | undefined) => {
    if (!done) return;
    setResults(done.filter(({ ok }) => !ok));
    setTicked(new Set());
  };
  return (
    <Screen name="users" title={t('panel.screen.users')}>
      <PeopleFilters filters={filters} set={set} />
      <SavedFilters
        key={botId}
        botId={botId}
        filters={filters}
        onChoose={(saved) => route(`${path}?${new URLSearchParams(saved)}`, true)}
      />
      {may('owner') && (
        <div class="buttons bulk">
          <Button testid="export" onPress={() => void exportList(api, 'users', withoutOrder(filters))}>
            {t('panel.payments.export')}
          </Button>
        </div>
      )}
      {chosen.length > 0 && <Bulk api={api} ids={chosen.slice(0, AT_ONCE)} onDone={onDone} />}
      <Refused results={results} onClose={() => setResults([])} />
      <Listed
        list={list}
        empty={<Empty text={t(search === '' ? 'panel.users.nobody' : 'panel.users.nobodyFound')} />}
      >
        {(people) => (
          <Section>
            {people.map((person) => (
              <Person
                key={person.id}
                person={person}
                href={`${page}/users/${person.id}`}
                isTicked={ticked.has(person.id)}
                onTick={(isTicked) => tick(person.id, isTicked)}
              />
            ))}
          </Section>
        )}
      </Listed>
    </Screen>
  );
}

/** A file has an order of its own. */
function withoutOrder(filters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => name !== 'sort'));
}

function Person({
  person,
  href,
  isTicked,
  onTick,
}: {
  person: User;
  href: string;
  isTicked: boolean;
  onTick: (isTicked: boolean) => void;
}) {
  return (
    <Row
      testid={`row-user-${person.id}`}
      href={href}
      start={
        <label class="tick">
          <span class="unseen">{t('panel.users.tick', { name: person.name })}</span>
          <input
            type="checkbox"
            data-testid={`tick-${person.id}`}
            checked={isTicked}
            onChange={({ currentTarget }) => onTick(currentTarget.checked)}
          />
        </label>
      }
      title={person.name}
      subtitle={
        <>
          {person.username && `@${person.username} · `}
          {t(`panel.users.states.${person.state}`)}
          {person.until && ` · ${fullTime(person.until)}`}
          {person.closedBot && ` · ${t('panel.desk.closedBot')}`}
        </>
      }
      end={<Money of={person.spent} />}
    />
  );
}

function PeopleFilters({ filters, set }: Pick<ReturnType<typeof useFilters>, 'filters' | 'set'>) {
  const { api, may } = useBot();
  const hasSources = may('shop') && me().features.includes('sources');
  const chats = useGet<Plans>(may('shop') ? `${api}/plans` : null).data?.chats ?? [];
  const sources = useGet<SourcesPage>(hasSources ? `${api}/sources` : null).data?.items ?? [];
  const all = ['', t('panel.filter.all')] as const;
  return (
    <Filters
      filters={filters}
      set={set}
      of={[
        {
          name: 'state',
          label: t('panel.users.state'),
          options: [all, ...STATES.map((state) => [state, t(`panel.users.states.${state}`)] as const)],
        },
        ...(may('shop')
          ? [
              {
                name: 'chat',
                label: t('panel.users.chat'),
                options: [all, ...chats.map(({ id, title }) => [String(id), title] as const)],
              },
              {
                name: 'plan',
                label: t('panel.users.plan'),
                options: [
                  all,
                  ...chats.flatMap(({ title, plans }) =>
                    plans.map((plan) => [String(plan.id), `${title}: ${planTitle(plan)}`] as const),
                  ),
                ],
              },
            ]
          : []),
        ...(sources.length > 0
          ? [
              {
                name: 'source',
                label: t('panel.payments.source'),
                options: [all, ...sources.map(({ id, name }) => [String(id), name] as const)],
              },
            ]
          : []),
        {
          name: 'language',
          label: t('panel.me.language'),
          options: [all, ...LANGUAGES.map((code) => [code, t(`panel.me.languages.${code}`)] as const)],
        },
        {
          name: 'sort',
          label: t('panel.users.sort'),
          options: [
            ['', t('panel.users.newest')],
            ['ending', t('panel.users.ending')],
          ],
        },
      ]}
    />
  );
}

function Bulk({
  api,
  ids,
  onDone,
}: {
  api: string;
  ids: readonly number[];
  onDone: (results: Results | undefined) => void;
}) {
  const { may } = useBot();
  const [isGranting, setGranting] = useState(false);
  const run = async (action: 'ban' | 'unban' | 'link') => {
    if (action === 'ban' && !(await askToBan(ids.length))) return;
    onDone(await actOnMany(api, ids, action));
  };
  const grant = async (planId: number, idempotencyKey: string) => {
    const results = await actOnMany(api, ids, 'grant', { planId, idempotencyKey });
    if (results) setGranting(false);
    onDone(results);
  };
  return (
    <div class="buttons bulk">
      <span class="hint">{t('panel.users.ticked', { count: ids.length })}</span>
      {may('shop') && (
        <Button testid="bulk-grant" onPress={() => setGranting(true)}>
          {t('panel.users.grant')}
        </Button>
      )}
      <Button testid="bulk-link" onPress={() => void run('link')}>
        {t('panel.users.link')}
      </Button>
      {may('shop') && (
        <>
          <Button testid="bulk-unban" onPress={() => void run('unban')}>
            {t('panel.users.unban')}
          </Button>
          <Button testid="bulk-ban" kind="danger" onPress={() => void run('ban')}>
            {t('panel.users.ban')}
          </Button>
        </>
      )}
      {isGranting && <GrantDialog api={api} onGrant={grant} onClose={() => setGranting(false)} />}
    </div>
  );
}

/** Why some of several got nothing. */
function Refused({ results, onClose }: { results: Results; onClose: () => void }) {
  const { page } = useBot();
  if (results.length === 0) return null;
  return (
    <Section title={t('panel.desk.notDecided')}>
      {results.map(({ id, error }) => (
        <Row
          key={id}
          href={`${page}/users/${id}`}
          title={t('panel.number', { id })}
          subtitle={<span class="wrong">{error?.message}</span>}
        />
      ))}
      <Button onPress={onClose}>{t('panel.action.close')}</Button>
    </Section>
  );
}
