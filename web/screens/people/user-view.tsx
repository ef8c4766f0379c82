import { useState } from 'preact/hooks';
import type { UserDetail } from '../../../src/panel/contract/users.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { Button, fullTime, Money, planTitle, When } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { say } from '../../ui/toast.tsx';
import { named, t } from '../../words/words.ts';
import { Fact } from '../desk/facts.tsx';
import { askToBan, GrantDialog } from './person-acts.tsx';

type Held = UserDetail['subscriptions'][number];

/** Somebody: what they hold, what they paid, how they came, and what is done with them. */
export function UserView({ id }: { id: string }) {
  const { api, page, may } = useBot();
  const user = useGet<UserDetail>(`${api}/users/${id}`);
  return (
    <Screen name="user" title={user.data?.name ?? t('panel.screen.users')}>
      <a class="button back" href={`${page}/users`}>
        {t('panel.users.toList')}
      </a>
      <Loaded query={user}>
        {(person) => (
          <>
            <Who person={person} page={page} />
            <Acts api={api} person={person} />
            <Section title={t('panel.users.subscriptions')}>
              {person.subscriptions.length === 0 && <Empty text={t('panel.users.hadNothing')} />}
              {person.subscriptions.map((held) => (
                <Subscription key={held.id} held={held} />
              ))}
            </Section>
            <Section title={t('panel.screen.payments')}>
              {person.payments.length === 0 && <Empty text={t('panel.users.paidNothing')} />}
              {person.payments.map((payment) => (
                <Row
                  key={payment.id}
                  testid={`row-payment-${payment.id}`}
                  {...(may('shop') ? { href: `${page}/payments/${payment.id}` } : {})}
                  title={planTitle(payment.plan)}
                  subtitle={
                    <>
                      {t('panel.number', { id: payment.id })} · {named('paymentStatus', payment.state)} ·{' '}
                      <When at={payment.createdAt} />
                    </>
                  }
                  end={<Money of={payment.amount} />}
                />
              ))}
            </Section>
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Who({ person, page }: { person: UserDetail; page: string }) {
  return (
    <div class="books facts">
      <dl>
        <Fact name={t('panel.users.state')}>
          {t(`panel.users.states.${person.state}`)}
          {person.closedBot && <span class="hint"> · {t('panel.desk.closedBot')}</span>}
        </Fact>
        {person.username && (
          <Fact name="Telegram">
            <a href={`https://t.me/${person.username}`} target="_blank" rel="noreferrer">
              @{person.username}
            </a>
          </Fact>
        )}
        <Fact name={t('panel.users.since')}>
          <When at={person.since} />
        </Fact>
        <Fact name={t('panel.users.spent')}>
          <Money of={person.spent} />
        </Fact>
        {person.source && <Fact name={t('panel.payments.source')}>{person.source.name}</Fact>}
        {person.invitedBy && (
          <Fact name={t('panel.desk.invitedBy')}>
            <a href={`${page}/users/${person.invitedBy.id}`}>{person.invitedBy.name}</a>
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Acts({ api, person }: { api: string; person: UserDetail }) {
  const { may } = useBot();
  const [isGranting, setGranting] = useState(false);
  const changes = [`${api}/users`, '/home', api];
  const path = `${api}/users/${person.id}`;
  const run = async (what: 'ban' | 'unban' | 'link') => {
    if (what === 'ban' && !(await askToBan(1))) return;
    if (await act('POST', `${path}/${what}`, { changes })) say(t(`panel.users.done.${what}`));
  };
  const grant = async (planId: number, idempotencyKey: string) => {
    if (!(await act('POST', `${path}/grant`, { body: { planId }, idempotencyKey, changes }))) return;
    setGranting(false);
    say(t('panel.users.done.grant'));
  };
  const isForgotten = person.telegramId === null;
  if (isForgotten) return null;
  return (
    <div class="buttons bulk">
      {!person.banned && may('shop') && (
        <Button testid="grant" kind="primary" onPress={() => setGranting(true)}>
          {t('panel.users.grant')}
        </Button>
      )}
      {(person.state === 'live' || person.state === 'grace') && (
        <Button testid="link" onPress={() => void run('link')}>
          {t('panel.users.link')}
        </Button>
      )}
      {may('shop') && person.banned && (
        <Button testid="unban" onPress={() => void run('unban')}>
          {t('panel.users.unban')}
        </Button>
      )}
      {may('shop') && !person.banned && (
        <Button testid="ban" kind="danger" onPress={() => void run('ban')}>
          {t('panel.users.ban')}
        </Button>
      )}
      {isGranting && <GrantDialog api={api} onGrant={grant} onClose={() => setGranting(false)} />}
    </div>
  );
}

/** With a bar of how much of its time is gone. */
function Subscription({ held }: { held: Held }) {
  const { chat, status, startedAt, until, graceUntil, endedAt } = held;
  const end = endedAt ?? graceUntil ?? until;
  const isOn = status === 'active';
  return (
    <Row
      testid={`row-subscription-${held.id}`}
      title={chat.title}
      subtitle={
        <>
          {named('subscriptionStatus', isOn && graceUntil ? 'grace' : status)} ·{' '}
          {end ? fullTime(end) : t('duration.lifetime')}
          {isOn && !held.joinedAt && ` · ${t('panel.users.notJoined')}`}
          {isOn && until && (
            <progress
              max={Date.parse(until) - Date.parse(startedAt)}
              value={Math.max(0, Date.now() - Date.parse(startedAt))}
              aria-label={t('panel.users.gone')}
            />
          )}
        </>
      }
    />
  );
}
