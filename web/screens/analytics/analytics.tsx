import '../../styles/analytics.css';
import { useEffect, useRef } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { useAddress } from '../../ui/address.ts';
import { Tabs } from '../../ui/form.tsx';
import { useBot } from '../../ui/place.ts';
import { Screen } from '../../ui/screen.tsx';
import { t } from '../../words/words.ts';
import { Forecast } from './forecast.tsx';
import { Funnel } from './funnel.tsx';
import { Overview } from './overview.tsx';
import { Retention } from './retention.tsx';
import { Revenue } from './revenue.tsx';
import { Sources } from './sources.tsx';
import { Speed } from './speed.tsx';

const TABS = {
  overview: Overview,
  revenue: Revenue,
  retention: Retention,
  funnel: Funnel,
  sources: Sources,
  speed: Speed,
  forecast: Forecast,
} as const;
type Tab = keyof typeof TABS;

const NAMES = Object.keys(TABS) as Tab[];

/** What the sales of a bot say: one question a tab, which stands in the address. */
export default function Analytics() {
  const { page } = useBot();
  const { params } = useRoute();
  const { route } = useAddress();
  const tab = NAMES.find((name) => name === params['tab']) ?? 'overview';
  const Shown = TABS[tab];
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    show(strip.current?.querySelector('[aria-selected=true]'));
  }, [tab]);
  return (
    <Screen name="analytics" title={t('panel.screen.analytics')} wide>
      <div
        class="tab-strip"
        ref={strip}
        // Not of a mouse: what moves away below it is not pressed.
        onFocusCapture={({ target }) => {
          if (target instanceof Element && target.matches(':focus-visible')) show(target);
        }}
      >
        <Tabs
          tabs={NAMES.map((name) => [name, t(`panel.analytics.tab.${name}`)])}
          chosen={tab}
          onChoose={(name) => route(`${page}/analytics/${name}${location.search}`, true)}
        />
      </div>
      <div class="analytics">
        <Shown key={tab} />
      </div>
    </Screen>
  );
}

/** Whole, wherever the strip of tabs has been moved to. */
function show(tab: Element | null | undefined): void {
  tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
}
