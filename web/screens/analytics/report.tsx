import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { saveFile } from '../../api/exports.ts';
import { useGet } from '../../api/queries.ts';
import { me } from '../../session.ts';
import { useFilters } from '../../ui/address.ts';
import { Button } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { AsOf, Empty, Loaded } from '../../ui/states.tsx';
import { t } from '../../words/words.ts';

interface Computing {
  state: 'computing';
}

/** What the report on the screen may be asked with. */
const Takes = createContext<readonly string[]>([]);
/** These group what is shown, and leave nothing out. */
const GROUPS = ['by', 'step'];

/** One report: what narrows it, what it says, as of when, and the same as a file. */
export function Report<T extends { asOf: string }>({
  name,
  at,
  takes,
  filters: shown,
  children,
}: {
  name: string;
  /** Where it is asked for, if it is not about a bot. */
  at?: string;
  /** Of what stands in the address, which this report may be asked with. */
  takes: readonly string[];
  filters: ComponentChildren;
  children: (report: T) => ComponentChildren;
}) {
  const { api, may } = useBot();
  const { filters } = useFilters();
  const asked = Object.entries(filters).filter(([key]) => takes.includes(key));
  const search = asked.length === 0 ? '' : `?${new URLSearchParams(asked)}`;
  const path = at ?? `${api}/analytics/${name}`;
  const report = useGet<T | Computing>(path + search);
  return (
    <Takes.Provider value={takes}>
      <div class="filters">{shown}</div>
      <Loaded query={report}>
        {(data) =>
          'state' in data ? (
            <StillComputing />
          ) : (
            <>
              {children(data)}
              <div class="report-foot">
                <AsOf at={data.asOf} />
                {/* A Mini App can save no file: there the table of each chart says the same. */}
                {me().session.kind === 'browser' && (at !== undefined || may('owner')) && (
                  <Button
                    testid="export"
                    onPress={() => void saveFile(`${path}.csv${search}`, `${name}.csv`)}
                  >
                    {t('panel.payments.export')}
                  </Button>
                )}
              </div>
            </>
          )
        }
      </Loaded>
    </Takes.Provider>
  );
}

/** Nothing has been counted yet: it comes by itself as soon as it has. */
function StillComputing() {
  return (
    <div class="state" data-testid="state-computing" role="status">
      <p>{t('panel.analytics.computing')}</p>
    </div>
  );
}

/** Nothing to show at all: because of the filter, or because nothing has happened yet. */
export function NothingYet({ text, href, step }: { text: string; href: string; step: string }) {
  const { filters, set } = useFilters();
  const takes = useContext(Takes).filter((name) => !GROUPS.includes(name));
  const inForce = takes.filter((name) => filters[name]);
  if (inForce.length > 0) {
    return (
      <Empty text={t('panel.analytics.notFound')}>
        <Button
          kind="primary"
          testid="filter-none"
          onPress={() => set(Object.fromEntries(inForce.map((name) => [name, ''])))}
        >
          {t('panel.analytics.noFilter')}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty text={text}>
      <a class="button primary" href={href}>
        {step}
      </a>
    </Empty>
  );
}
