import { Fragment } from 'preact';
import type { OwnerDetail } from '../../../src/panel/contract/moderator/owners.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { Button, dayOf, Money, When } from '../../ui/basics.tsx';
import { isSureHere } from '../../ui/in-telegram.tsx';
import { Row, Section } from '../../ui/screen.tsx';
import { Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { purposeTitle } from './purpose.ts';

const MONTHS = [1, 6, 12] as const;

/** One owner, and what a moderator may do for or against them. */
export function OwnerView({ id }: { id: string }) {
  const owner = useGet<OwnerDetail>(`/mod/owners/${id}`);
  return <Loaded query={owner}>{(data) => <Opened key={data.id} owner={data} />}</Loaded>;
}

function Opened({ owner }: { owner: OwnerDetail }) {
  const path = `/mod/owners/${owner.id}`;
  const ask = (title: string, isDangerous = false) =>
    isSureHere({ title, text: owner.name, yes: title, isDangerous });
  const setBanned = async (banned: boolean) => {
    const title = t(banned ? 'panel.mod.owner.ban' : 'panel.mod.owner.unban');
    if (!(await ask(title, banned))) return;
    await act('POST', `${path}/${banned ? 'ban' : 'unban'}`, { changes: ['/mod/owners'] });
  };
  const grant = async (months: number) => {
    if (!(await ask(t('panel.mod.owner.grant', { duration: t('duration.months', { count: months }) }))))
      return;
    await act('POST', `${path}/tariff`, {
      body: { months },
      idempotencyKey: crypto.randomUUID(),
      changes: ['/mod/owners'],
    });
  };
  const release = async (bot: { id: string; username: string }) => {
    const title = t('panel.mod.owner.release', { bot: bot.username });
    if (!(await ask(title))) return;
    await act('POST', `/mod/bots/${bot.id}/release`, { changes: ['/mod/owners'] });
  };
  return (
    <>
      <a class="button back" href="/panel/mod/owners">
        {t('panel.mod.toList')}
      </a>
      <Section>
        <Row
          testid={`row-owner-${owner.id}`}
          title={owner.name}
          subtitle={[owner.username && `@${owner.username}`, owner.telegramId].filter(Boolean).join(' · ')}
          end={owner.banned ? `🚫 ${t('panel.mod.owner.banned')}` : undefined}
        />
        <Row title={t('panel.mod.owner.since')} end={<When at={owner.since} />} />
        <Row
          title={t('panel.mod.tariff')}
          end={
            owner.paidUntil === null
              ? t('panel.mod.owner.free')
              : t('panel.mod.owner.until', { date: dayOf(owner.paidUntil) })
          }
        />
        <Row
          title={t('panel.mod.lastSale')}
          end={owner.lastSaleAt === null ? t('panel.mod.sold.never') : <When at={owner.lastSaleAt} />}
        />
        {owner.invitedBy && <Row title={t('panel.mod.owner.invitedBy')} end={owner.invitedBy.name} />}
      </Section>
      {owner.bots.length > 0 && (
        <Section title={t('panel.mod.count.bots')}>
          {owner.bots.map((bot) => (
            <Fragment key={`${bot.id}-${bot.state}`}>
              <Row
                testid={`row-bot-${bot.id}`}
                title={`@${bot.username}`}
                subtitle={t(`panel.mod.bot.${bot.state}`)}
                end={
                  bot.state === 'removed' || bot.state === 'handedOver' ? (
                    <Button onPress={() => void release(bot)}>{t('panel.mod.owner.letGo')}</Button>
                  ) : undefined
                }
              />
              {bot.team.map(({ id, name, username, role }) => (
                <Row
                  key={id}
                  testid={`row-manager-${id}`}
                  title={`👥 ${[name, username && `@${username}`].filter(Boolean).join(' ')}`}
                  subtitle={`@${bot.username}: ${t(`panel.team.roles.${role}`)}`}
                />
              ))}
            </Fragment>
          ))}
        </Section>
      )}
      {owner.tariffPayments.length > 0 && (
        <Section title={t('panel.screen.mod-tariffs')}>
          {owner.tariffPayments.map(({ id, purpose, state, amount, createdAt }) => (
            <Row
              key={id}
              href={`/panel/mod/tariffs/${id}`}
              title={purposeTitle(purpose)}
              subtitle={
                <>
                  {t('panel.number', { id })} · {t(`paymentStatus.${state}`)} · <When at={createdAt} />
                </>
              }
              end={<Money of={amount} />}
            />
          ))}
        </Section>
      )}
      <div class="buttons">
        {MONTHS.map((months) => (
          <Button key={months} testid={`grant-${months}`} onPress={() => void grant(months)}>
            {t('panel.mod.owner.grant', { duration: t('duration.months', { count: months }) })}
          </Button>
        ))}
        <Button
          kind="danger"
          testid={owner.banned ? 'unban' : 'ban'}
          onPress={() => void setBanned(!owner.banned)}
        >
          {t(owner.banned ? 'panel.mod.owner.unban' : 'panel.mod.owner.ban')}
        </Button>
      </div>
    </>
  );
}
