import type { PromoDetail, Promo as PromoShape } from '../../../src/panel/contract/growth/promo.ts';
import type { Plans } from '../../../src/panel/contract/plans.ts';
import { act } from '../../api/act.ts';
import { useGet, useList } from '../../api/queries.ts';
import { useAddress, useOpened } from '../../ui/address.ts';
import { Button, Money, money, planTitle, sum } from '../../ui/basics.tsx';
import { CopyLink } from '../../ui/copy.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { Toggle } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { MakeOne, OneValue } from './one-value.tsx';

const GIFTS = ['percent', 'fixed', 'days'] as const;
const AUDIENCES = ['all', 'new', 'ended'] as const;
const COUNTS = ['attached', 'reserved', 'used', 'people', 'renewals'] as const;

/** A bot's promo codes. */
export default function Promo() {
  const { api, page } = useBot();
  const id = useOpened();
  return (
    <Screen name="promo" title={t('panel.screen.promo')}>
      {id === undefined ? <List api={api} page={page} /> : <One key={id} api={api} page={page} id={id} />}
    </Screen>
  );
}

function List({ api, page }: { api: string; page: string }) {
  const { route } = useAddress();
  const list = useList<PromoShape>(`${api}/promo`);
  const make = async (code: string) => {
    const made = await act<PromoDetail>('POST', `${api}/promo`, {
      body: { code },
      changes: [`${api}/promo`],
    });
    if (made) route(`${page}/promo/${made.answer.id}`);
  };
  return (
    <>
      <Section>
        <MakeOne
          testid="promo-new"
          label={t('panel.promo.code')}
          hint={t('panel.promo.codeHint')}
          yes={t('panel.promo.make')}
          onMake={make}
        />
      </Section>
      <Listed list={list} empty={<Empty text={t('panel.promo.none')} />}>
        {(items) => (
          <Section>
            {items.map((promo) => (
              <Row
                key={promo.id}
                testid={`row-promo-${promo.id}`}
                href={`${page}/promo/${promo.id}`}
                title={promo.code}
                subtitle={giftOf(promo)}
                end={t(promo.on ? 'panel.promo.on' : 'panel.promo.off')}
              />
            ))}
          </Section>
        )}
      </Listed>
    </>
  );
}

function giftOf({ kind, value, off }: PromoShape): string {
  if (kind === null) return t('panel.promo.noGift');
  if (kind === 'fixed') return t('panel.promo.fixed', { sum: off ? money(off) : '' });
  if (kind === 'days') return t('panel.promo.days', { days: t('duration.days', { count: value ?? 0 }) });
  return t('panel.promo.percent', { value: value ?? 0 });
}

function One({ api, page, id }: { api: string; page: string; id: string }) {
  const promo = useGet<PromoDetail>(`${api}/promo/${id}`);
  return (
    <>
      <a class="button back" href={`${page}/promo`}>
        {t('panel.promo.toList')}
      </a>
      <Loaded query={promo}>{(opened) => <Opened api={api} page={page} promo={opened} />}</Loaded>
    </>
  );
}

function Opened({ api, page, promo }: { api: string; page: string; promo: PromoDetail }) {
  const { route } = useAddress();
  const at = `${api}/promo/${promo.id}`;
  const changes = [`${api}/promo`];
  const change = (path: string) => act('POST', `${at}/${path}`, { changes });
  const remove = async () => {
    const sure = await confirmed({
      title: `${t('panel.promo.remove')}: ${promo.code}`,
      text: t('panel.promo.askRemove'),
      yes: t('panel.promo.remove'),
      isDangerous: true,
    });
    if (!sure || !(await act('POST', `${at}/remove`, { changes: [] }))) return;
    route(`${page}/promo`);
  };
  return (
    <>
      <Section title={`${promo.code}: ${giftOf(promo)}`}>
        <Toggle
          testid="promo-on"
          label={t('panel.promo.switchOn')}
          isOn={promo.on}
          onChange={(isOn) => change(isOn ? 'on' : 'off')}
        />
        <CopyLink link={promo.link} label={t('panel.promo.copy')} copied={t('panel.promo.copied')} />
      </Section>
      <Section title={t('panel.promo.gives')}>
        {GIFTS.map((field) => (
          <OneValue
            key={field}
            testid={`promo-${field}`}
            label={t(`panel.promo.field.${field}`)}
            present={promo.kind === field ? amountOf(promo) : ''}
            put={{ path: `${at}/set/${field}`, changes }}
          />
        ))}
      </Section>
      <Section title={t('panel.promo.limits')} note={t('panel.promo.limitNote')}>
        {(['uses', 'each'] as const).map((field) => (
          <OneValue
            key={field}
            testid={`promo-${field}`}
            label={t(`panel.promo.field.${field}`)}
            present={String(promo[field] ?? '')}
            put={{ path: `${at}/set/${field}`, changes }}
          />
        ))}
        {(['from', 'until'] as const).map((field) => (
          <OneValue
            key={field}
            type="date"
            testid={`promo-${field}`}
            label={t(`panel.promo.field.${field}`)}
            present={promo[field] ?? ''}
            put={{ path: `${at}/set/${field}`, changes }}
            write={(date) => date.split('-').reverse().join('.')}
          />
        ))}
      </Section>
      <Section title={t('panel.promo.audience')}>
        <fieldset class="choice" aria-label={t('panel.promo.audience')}>
          {AUDIENCES.map((audience) => (
            <button
              key={audience}
              type="button"
              data-testid={`promo-for-${audience}`}
              aria-pressed={audience === promo.audience}
              onClick={() => void change(`for/${audience}`)}
            >
              {t(`panel.promo.for.${audience}`)}
            </button>
          ))}
        </fieldset>
      </Section>
      <OfPlans api={api} promo={promo} onToggle={(planId) => change(`plan/${planId}`)} />
      <Results results={promo.results} />
      <Button kind="danger" testid="promo-remove" onPress={() => void remove()}>
        {t('panel.promo.remove')}
      </Button>
    </>
  );
}

function amountOf({ value, off }: PromoShape): string {
  return off ? sum(off.amount) : String(value ?? '');
}

function OfPlans({
  api,
  promo,
  onToggle,
}: {
  api: string;
  promo: PromoShape;
  onToggle: (planId: number) => Promise<unknown>;
}) {
  const plans = useGet<Plans>(`${api}/plans`);
  return (
    <Section title={t('panel.promo.plans')} note={t('panel.promo.plansNote')}>
      <Loaded query={plans}>
        {({ chats }) =>
          chats.flatMap((chat) =>
            chat.plans.map((plan) => (
              <Toggle
                key={plan.id}
                testid={`promo-plan-${plan.id}`}
                label={planTitle(plan)}
                note={
                  <>
                    {chat.title} · <Money of={plan.price} />
                  </>
                }
                isOn={promo.plans.includes(plan.id)}
                onChange={() => onToggle(plan.id)}
              />
            )),
          )
        }
      </Loaded>
    </Section>
  );
}

function Results({ results }: { results: PromoDetail['results'] }) {
  return (
    <Section title={t('panel.promo.results')}>
      <div class="figures">
        {COUNTS.map((name) => (
          <Figure
            key={name}
            name={name}
            label={t(`panel.promo.${name}`)}
            value={results[name]}
            shown={results[name]}
          />
        ))}
        {(['discount', 'turnover'] as const).map((name) => (
          <Figure
            key={name}
            name={name}
            label={t(`panel.promo.${name}`)}
            value={results[name].amount}
            shown={<Money of={results[name]} />}
          />
        ))}
      </div>
    </Section>
  );
}
