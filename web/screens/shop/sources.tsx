import type { PromoPage } from '../../../src/panel/contract/growth/promo.ts';
import type { Source, SourceDetail } from '../../../src/panel/contract/growth/sources.ts';
import { act } from '../../api/act.ts';
import { useGet, useList } from '../../api/queries.ts';
import { useAddress, useOpened } from '../../ui/address.ts';
import { Button, Money, sum } from '../../ui/basics.tsx';
import { CopyLink } from '../../ui/copy.tsx';
import { confirmed } from '../../ui/dialog.tsx';
import { Select } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure, Row, Screen, Section } from '../../ui/screen.tsx';
import { Empty, Listed, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';
import { MakeOne, OneValue } from './one-value.tsx';

/** Where an owner advertises. */
export default function Sources() {
  const { api, page } = useBot();
  const id = useOpened();
  return (
    <Screen name="sources" title={t('panel.screen.sources')}>
      {id === undefined ? <List api={api} page={page} /> : <One key={id} api={api} page={page} id={id} />}
    </Screen>
  );
}

function List({ api, page }: { api: string; page: string }) {
  const { route } = useAddress();
  const list = useList<Source>(`${api}/sources`);
  const make = async (name: string) => {
    const made = await act<SourceDetail>('POST', `${api}/sources`, {
      body: { name },
      changes: [`${api}/sources`],
    });
    if (made) route(`${page}/sources/${made.answer.id}`);
  };
  return (
    <>
      <Section>
        <MakeOne
          testid="source-new"
          label={t('panel.sources.name')}
          hint={t('panel.sources.nameHint')}
          yes={t('panel.sources.make')}
          onMake={make}
        />
      </Section>
      <Listed list={list} empty={<Empty text={t('panel.sources.none')} />}>
        {(items) => (
          <Section>
            {items.map(({ id, name, slug, archived }) => (
              <Row
                key={id}
                testid={`row-source-${id}`}
                href={`${page}/sources/${id}`}
                title={name}
                subtitle={archived ? t('panel.sources.archived') : slug}
              />
            ))}
          </Section>
        )}
      </Listed>
    </>
  );
}

function One({ api, page, id }: { api: string; page: string; id: string }) {
  const source = useGet<SourceDetail>(`${api}/sources/${id}`);
  const at = `${api}/sources/${id}`;
  const archive = async () => {
    const sure = await confirmed({
      title: t('panel.sources.archive'),
      text: t('panel.sources.askArchive'),
      yes: t('panel.sources.archive'),
      isDangerous: true,
    });
    if (sure) await act('POST', `${at}/archive`, { changes: [`${api}/sources`] });
  };
  return (
    <>
      <a class="button back" href={`${page}/sources`}>
        {t('panel.sources.toList')}
      </a>
      <Loaded query={source}>
        {(opened) => (
          <>
            <Section title={opened.name} {...(opened.archived ? { note: t('panel.sources.archived') } : {})}>
              <CopyLink
                link={opened.link}
                label={t('panel.sources.copy')}
                copied={t('panel.sources.copied')}
              />
            </Section>
            <Funnel source={opened} />
            <Section title={t('panel.sources.setup')} note={t('panel.sources.costNote')}>
              <OneValue
                testid="source-cost"
                label={t('panel.sources.cost')}
                present={opened.cost ? sum(opened.cost.amount) : ''}
                put={{ path: `${at}/cost`, changes: [`${api}/sources`] }}
              />
              {!opened.archived && <Code api={api} source={opened} />}
            </Section>
            {!opened.archived && (
              <Button kind="danger" testid="source-archive" onPress={() => void archive()}>
                {t('panel.sources.archive')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Funnel({ source: { cost, funnel } }: { source: SourceDetail }) {
  const { turnover, laterTurnover } = funnel;
  const count = (name: 'people' | 'newcomers' | 'chose' | 'sent' | 'paid' | 'live' | 'laterPurchases') => (
    <Figure name={name} label={t(`panel.sources.${name}`)} value={funnel[name]} shown={funnel[name]} />
  );
  const spent = cost === null ? 0 : Number(cost.amount);
  const perBuyer = funnel.paid > 0 && spent > 0 ? Math.round(spent / funnel.paid) : null;
  return (
    <Section title={t('panel.sources.funnel')}>
      <div class="figures">
        {count('people')}
        {count('newcomers')}
        {count('chose')}
        {count('sent')}
        {count('paid')}
        <Figure
          name="turnover"
          label={t('panel.sources.turnover')}
          value={turnover.amount}
          shown={<Money of={turnover} />}
        />
        {count('live')}
        {count('laterPurchases')}
        <Figure
          name="laterTurnover"
          label={t('panel.sources.laterTurnover')}
          value={laterTurnover.amount}
          shown={<Money of={laterTurnover} />}
        />
        {perBuyer !== null && (
          <Figure
            name="costPerBuyer"
            label={t('panel.sources.perBuyer')}
            value={perBuyer}
            shown={<Money of={{ amount: `${perBuyer}.00`, currency: 'UZS' }} />}
          />
        )}
        {spent > 0 && (
          <Figure
            name="return"
            label={t('panel.sources.return')}
            value={(Number(turnover.amount) / spent).toFixed(4)}
            shown={(Number(turnover.amount) / spent).toFixed(2)}
          />
        )}
      </div>
    </Section>
  );
}

/** The promo code that whoever comes by it gets. */
function Code({ api, source: { id, promo } }: { api: string; source: SourceDetail }) {
  const items = useGet<PromoPage>(`${api}/promo?limit=100`).data?.items ?? [];
  const chosen = items.find(({ code }) => code === promo);
  return (
    <div class="form">
      <Select
        label={t('panel.sources.promo')}
        testid="source-promo"
        value={String(chosen?.id ?? 0)}
        options={[
          ['0', t('panel.sources.noPromo')],
          ...items.map((one) => [String(one.id), one.code] as const),
        ]}
        onChange={(promoId) =>
          void act('POST', `${api}/sources/${id}/promo/${promoId}`, { changes: [`${api}/sources`] })
        }
      />
    </div>
  );
}
