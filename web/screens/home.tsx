import type { Attention, Home as HomeShape } from '../../src/panel/contract/home.ts';
import { useGet } from '../api/queries.ts';
import { me } from '../session.ts';
import { money, When } from '../ui/basics.tsx';
import { Figure, Row, Screen, Section } from '../ui/screen.tsx';
import { AsOf, Empty, Loaded } from '../ui/states.tsx';
import { t } from '../words/words.ts';

type BotAtAGlance = HomeShape['bots'][number];

/** All bots at once, and what needs their owner. */
export default function Home() {
  const { bots, mainBot } = me();
  return (
    <Screen name="home" title={t('panel.screen.home')}>
      {bots.length === 0 ? (
        <Empty text={t('panel.home.noBots')}>
          <a class="button primary" href={`https://t.me/${mainBot}`} target="_blank" rel="noreferrer">
            {t('panel.home.addBot')}
          </a>
        </Empty>
      ) : (
        <Bots />
      )}
    </Screen>
  );
}

function Bots() {
  const home = useGet<HomeShape>('/home');
  return (
    <Loaded query={home}>
      {({ bots, attention, asOf }) => (
        <>
          {attention.length > 0 && (
            <Section title={t('panel.home.needsYou')}>
              {attention.map((each) => (
                <AttentionRow key={`${each.kind} ${each.bot}`} attention={each} />
              ))}
            </Section>
          )}
          {bots.map((bot) => (
            <BotSection key={bot.id} bot={bot} />
          ))}
          <AsOf at={asOf} />
        </>
      )}
    </Loaded>
  );
}

/** Where each is seen to, below its bot. */
const SEEN_TO: Record<Attention['kind'], string> = {
  receipts: '/receipts',
  deadToken: '',
  rights: '',
  setup: '',
  refunds: '/payments/refunds',
  ending: '/users?sort=ending&state=live',
};

function AttentionRow({ attention: { kind, bot: botId, count, since } }: { attention: Attention }) {
  const bot = me().bots.find(({ id }) => id === botId);
  return (
    <Row
      testid={`row-attention-${kind}-${botId}`}
      href={`/panel/bots/${botId}${SEEN_TO[kind]}`}
      title={t(`panel.home.attention.${kind}`, { count })}
      subtitle={
        <>
          {bot && `@${bot.username}`}
          {since && (
            <>
              {' · '}
              <When at={since} />
            </>
          )}
        </>
      }
    />
  );
}

function BotSection({ bot: { id, waiting, live, turnover, change } }: { bot: BotAtAGlance }) {
  const bot = me().bots.find((each) => each.id === id);
  return (
    <section class="section bot-overview" data-testid={`row-bot-${id}`}>
      <div class="group">
        <Row
          href={`/panel/bots/${id}`}
          title={bot?.name ?? id}
          subtitle={bot && `@${bot.username}`}
          end={bot && <span class={`state-of ${bot.state}`}>{t(`panel.home.state.${bot.state}`)}</span>}
        />
      </div>
      <div class="figures">
        {waiting !== null && (
          <Figure name="waiting" label={t('panel.home.waiting')} value={waiting} shown={waiting} />
        )}
        {live !== null && <Figure name="live" label={t('panel.home.live')} value={live} shown={live} />}
        {turnover &&
          (['today', 'week', 'month'] as const).map((period) => (
            <Figure
              key={period}
              name={period}
              label={t(`panel.home.${period}`)}
              value={turnover[period].amount}
              shown={money(turnover[period])}
            />
          ))}
        {change !== null && (
          <Figure
            name="change"
            label={t('panel.home.change')}
            value={change}
            shown={inPercent(change)}
            note={t('panel.home.changeNote')}
          />
        )}
      </div>
    </section>
  );
}

/** `+25 %`, with a sign that is read. */
function inPercent(change: number): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : '';
  return `${sign}${Math.abs(Math.round(change * 1_000) / 10)}\u00a0%`;
}
