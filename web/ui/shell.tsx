import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { addressOf, SCREENS, type Screen } from '../screens.ts';
import { me } from '../session.ts';
import { t } from '../words/words.ts';
import { useAddress } from './address.ts';
import { Icon } from './basics.tsx';
import { Dialog } from './dialog.tsx';
import { KeyTable } from './key-table.tsx';
import { useKeys } from './keys.ts';
import { type Hat, mayIn, usePlace } from './place.ts';
import { AwayBanner } from './states.tsx';
import { isWide } from './wide.ts';

/** On a telephone there is room for these, and for whatever leads to the others. */
const IN_THE_BAR: Record<Hat, readonly string[]> = {
  owner: ['home', 'receipts', 'users', 'payments'],
  moderator: ['mod-dashboard', 'mod-tariffs', 'mod-owners', 'mod-payments'],
};

/** Around every screen: where one is, and where one may go. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { hat, botId } = usePlace();
  const screens = SCREENS.filter((screen) => isReachable(screen, hat, botId));
  return (
    <div class="shell">
      <a class="skip" href="#screen">
        {t('panel.nav.skip')}
      </a>
      {isWide() && <SideMenu screens={screens} hat={hat} botId={botId} />}
      <div class="column">
        <AwayBanner />
        {children}
      </div>
      {!isWide() && <BottomBar screens={screens} hat={hat} botId={botId} />}
      <GlobalKeys hat={hat} botId={botId} />
    </div>
  );
}

function isReachable({ place, feature, right }: Screen, hat: Hat, botId: string | undefined): boolean {
  if (feature && !me().features.includes(feature)) return false;
  if (right && hat === 'owner' && botId !== undefined && !mayIn(botId, right)) return false;
  if (place === 'anybody') return true;
  if (place === 'moderator') return hat === 'moderator';
  return hat === 'owner' && (place !== 'bot' || botId !== undefined);
}

interface NavProps {
  screens: readonly Screen[];
  hat: Hat;
  botId: string | undefined;
}

function SideMenu({ screens, hat, botId }: NavProps) {
  return (
    <nav class="side" aria-label={t('panel.nav.menu')}>
      <Hats hat={hat} />
      {hat === 'owner' && <BotSwitch botId={botId} />}
      <Links screens={screens} botId={botId} />
    </nav>
  );
}

function BottomBar({ screens, hat, botId }: NavProps) {
  const [isOpen, setOpen] = useState(false);
  const first = screens.filter(({ name }) => IN_THE_BAR[hat].includes(name));
  const rest = screens.filter(({ name }) => !IN_THE_BAR[hat].includes(name));
  return (
    <nav class="bar" aria-label={t('panel.nav.menu')}>
      {first.map((screen) => (
        <NavLink key={screen.name} screen={screen} botId={botId} />
      ))}
      <button type="button" class="nav" data-testid="nav-more" onClick={() => setOpen(true)}>
        <Icon name="more" />
        <span>{t('panel.nav.more')}</span>
      </button>
      {isOpen && (
        <Dialog title={t('panel.nav.menu')} onClose={() => setOpen(false)}>
          <Hats hat={hat} />
          {hat === 'owner' && <BotSwitch botId={botId} />}
          {/* biome-ignore lint/a11y: a press on any link of it closes it; the links are what is pressed. */}
          <div onClick={() => setOpen(false)}>
            <Links screens={rest} botId={botId} />
          </div>
        </Dialog>
      )}
    </nav>
  );
}

function Links({ screens, botId }: { screens: readonly Screen[]; botId: string | undefined }) {
  return (
    <ul class="links">
      {screens.map((screen) => (
        <li key={screen.name}>
          <NavLink screen={screen} botId={botId} />
        </li>
      ))}
    </ul>
  );
}

function NavLink({ screen, botId }: { screen: Screen; botId: string | undefined }) {
  const { path } = useAddress();
  const href = addressOf(screen, botId);
  const plain = href.replace(/\/$/, '');
  const isRoot = ['home', 'bot', 'mod-dashboard'].includes(screen.name);
  const isHere = path === plain || (!isRoot && path.startsWith(`${plain}/`));
  const waiting = screen.name === 'receipts' ? me().bots.find(({ id }) => id === botId)?.waiting : undefined;
  return (
    <a class="nav" href={href} data-testid={`nav-${screen.name}`} aria-current={isHere ? 'page' : undefined}>
      <Icon name={screen.icon} />
      <span>{t(screen.title)}</span>
      {waiting !== undefined && waiting > 0 && (
        <span class="badge" data-testid="waiting-count">
          {waiting}
        </span>
      )}
    </a>
  );
}

/** One person may be several. */
function Hats({ hat }: { hat: Hat }) {
  if (!me().roles.includes('moderator')) return null;
  return (
    <div class="hats">
      <a href="/panel/" data-testid="hat-owner" aria-current={hat === 'owner' ? 'true' : undefined}>
        {t('panel.nav.owner')}
      </a>
      <a
        href="/panel/mod"
        data-testid="hat-moderator"
        aria-current={hat === 'moderator' ? 'true' : undefined}
      >
        {t('panel.nav.moderator')}
      </a>
    </div>
  );
}

function BotSwitch({ botId }: { botId: string | undefined }) {
  const { route, path } = useAddress();
  const { bots } = me();
  if (bots.length === 0) return null;
  // The same screen of the other bot, but nothing that was opened in it.
  const screen = /^\/panel\/bots\/\d+(\/[a-z]+)?/.exec(path)?.[1] ?? '';
  const right = SCREENS.find(({ name }) => `/${name}` === screen)?.right ?? 'look';
  return (
    <label class="switch">
      <span class="unseen">{t('panel.nav.bot')}</span>
      <select
        data-testid="bot-switch"
        value={botId}
        onChange={({ currentTarget: { value } }) =>
          route(`/panel/bots/${value}${mayIn(value, right) ? screen : ''}`)
        }
      >
        {bots.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** By keyboard from anywhere: where to go, what to search, and what the keys are. */
function GlobalKeys({ hat, botId }: { hat: Hat; botId: string | undefined }) {
  const { route } = useAddress();
  const [isShown, setShown] = useState(false);
  const places = hat === 'owner' ? OWNER_KEYS : MODERATOR_KEYS;
  const going = Object.entries(places).flatMap(([code, name]) => {
    const screen = SCREENS.find((each) => each.name === name);
    if (!screen || !isReachable(screen, hat, botId)) return [];
    return [[`KeyG ${code}`, () => route(addressOf(screen, botId))] as const];
  });
  useKeys({
    ...Object.fromEntries(going),
    Slash: () => document.querySelector<HTMLInputElement>('[data-testid="search"]')?.focus(),
    'Shift+Slash': () => setShown(true),
  });
  return isShown ? <KeyTable onClose={() => setShown(false)} /> : null;
}

const OWNER_KEYS = {
  KeyH: 'home',
  KeyR: 'receipts',
  KeyU: 'users',
  KeyP: 'payments',
  KeyL: 'plans',
  KeyA: 'analytics',
};
const MODERATOR_KEYS = {
  KeyH: 'mod-dashboard',
  KeyR: 'mod-tariffs',
  KeyU: 'mod-owners',
  KeyP: 'mod-payments',
  KeyA: 'mod-analytics',
};
