import type { Referral as ReferralShape } from '../../../src/panel/contract/growth/referral.ts';
import { act } from '../../api/act.ts';
import { useGet } from '../../api/queries.ts';
import { Button, Money } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

const MODES = ['off', 'days', 'percent'] as const;
const STATUSES = ['came', 'given', 'waiting', 'held', 'capped', 'denied', 'void'] as const;

/** Who brings whom, and what they get for it. */
export default function Referral() {
  const { api, page, may } = useBot();
  const referral = useGet<ReferralShape>(`${api}/referral`);
  const change = (path: string) => act('POST', `${api}/referral/${path}`, { changes: [api] });
  return (
    <Screen name="referral" title={t('panel.screen.referral')}>
      <Loaded query={referral}>
        {(data) => (
          <>
            <Section title={t('panel.referral.mode')}>
              <fieldset class="choice" aria-label={t('panel.referral.mode')}>
                {MODES.map((mode) => (
                  <button
                    key={mode}
                    type="button"
                    data-testid={`referral-${mode}`}
                    aria-pressed={mode === data.mode}
                    onClick={() => void change(mode)}
                  >
                    {t(`panel.referral.modes.${mode}`)}
                  </button>
                ))}
              </fieldset>
              {may('owner') && <Row title={t('panel.referral.toTerms')} href={`${page}/settings`} />}
            </Section>
            <Held referral={data} change={change} page={page} />
            {data.came === 0 ? <Empty text={t('panel.referral.nobody')} /> : <Results referral={data} />}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

/** What waits for the owner's word. */
function Held({
  referral: { held },
  change,
  page,
}: {
  referral: ReferralShape;
  change: (path: string) => Promise<unknown>;
  page: string;
}) {
  if (held.length === 0) return null;
  return (
    <Section title={t('panel.referral.held')} note={t('panel.referral.heldNote')}>
      {held.map(({ id, paymentId, inviter }) => (
        <Row
          key={id}
          testid={`row-referral-${id}`}
          title={nameOf(inviter)}
          subtitle={
            <a href={`${page}/payments/${paymentId}`}>{t('panel.referral.payment', { id: paymentId })}</a>
          }
          end={
            <span class="buttons">
              <Button testid={`referral-${id}-deny`} onPress={() => void change(`${id}/deny`)}>
                {t('panel.referral.deny')}
              </Button>
              <Button kind="primary" testid={`referral-${id}-give`} onPress={() => void change(`${id}/give`)}>
                {t('panel.referral.give')}
              </Button>
            </span>
          }
        />
      ))}
    </Section>
  );
}

function Results({ referral: { came, bought, turnover, rewards, best } }: { referral: ReferralShape }) {
  return (
    <>
      <div class="figures">
        <Figure name="came" label={t('panel.referral.came')} value={came} shown={came} />
        <Figure name="bought" label={t('panel.referral.bought')} value={bought} shown={bought} />
        <Figure
          name="turnover"
          label={t('panel.referral.turnover')}
          value={turnover.amount}
          shown={<Money of={turnover} />}
        />
      </div>
      <Section title={t('panel.referral.rewards')}>
        {STATUSES.map((status) => (
          <Row key={status} title={t(`panel.referral.status.${status}`)} end={rewards[status]} />
        ))}
      </Section>
      {best.length > 0 && (
        <Section title={t('panel.referral.best')}>
          {best.map(({ inviter, ...brought }, place) => (
            // Two of one name are two people.
            <Row key={place} title={nameOf(inviter)} subtitle={t('panel.referral.line', brought)} />
          ))}
        </Section>
      )}
    </>
  );
}

function nameOf({ name, username }: ReferralShape['best'][number]['inviter']): string {
  if (username === null) return name || '—';
  return name === '' ? `@${username}` : `${name} (@${username})`;
}
