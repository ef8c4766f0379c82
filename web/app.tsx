import { computed, effect } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { LocationProvider, lazy, Route, Router } from 'preact-iso';
import { exec } from 'preact-iso/router';
import { ApiError, ask, isAway } from './api/client.ts';
import { startLive } from './api/live.ts';
import { routeOf, SCREENS } from './screens.ts';
import { letIn, phase } from './session.ts';
import { on, post } from './telegram/bridge.ts';
import { keepPlace } from './telegram/launch.ts';
import { useAddress } from './ui/address.ts';
import { Button } from './ui/basics.tsx';
import { depth } from './ui/depth.ts';
import { Dialogs } from './ui/dialog.tsx';
import { InTelegram } from './ui/in-telegram.tsx';
import { Screen } from './ui/screen.tsx';
import { Shell } from './ui/shell.tsx';
import { SignIn } from './ui/sign-in.tsx';
import { Empty } from './ui/states.tsx';
import { Toasts } from './ui/toast.tsx';
import { t } from './words/words.ts';

const ROUTES = SCREENS.map((screen) => ({
  path: routeOf(screen),
  component: lazy(() => patiently(screen.load)),
}));

/** Fetches the screen at this address, while it is found out who asks. Whatever is wrong with it is told when it is shown. */
export async function prefetchScreen(): Promise<void> {
  const route = ROUTES.find(({ path }) => exec(location.pathname, path));
  await route?.component.preload();
}

const AGAIN_MS = 3_000;

/** A screen is fetched when it is opened: where nobody answers it comes as soon as somebody does. */
async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      isAway.value = true;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      if (!(await isThere())) continue;
      // Whoever is there again may have been built anew, with other names for its files.
      return load().catch(() => {
        location.reload();
        return new Promise<T>(() => undefined);
      });
    }
  }
}

async function isThere(): Promise<boolean> {
  try {
    await ask('GET', '/me');
    return true;
  } catch (error) {
    return error instanceof ApiError && error.status < 500;
  }
}

export function App() {
  return (
    <LocationProvider scope="/panel">
      <Inside />
      <Dialogs />
      <Toasts />
    </LocationProvider>
  );
}

function Inside() {
  const { at } = phase.value;
  if (at === 'starting') return null;
  if (at === 'in') return <Screens />;
  if (at === 'away') return <Unreachable />;
  return <SignIn />;
}

function Screens() {
  // Before the screen asks for anything: what is answered before changes are heard of is asked for again.
  useLayoutEffect(startLive, []);
  useEffect(startBackButton, []);
  const { url } = useAddress();
  // Opened anew by Telegram at its first address, the page comes back here.
  useLayoutEffect(() => keepPlace(url), [url]);
  return (
    <>
      <Shell>
        <Router>
          {ROUTES.map(({ path, component }) => (
            <Route key={path} path={path} component={component} />
          ))}
          <Route default component={Nowhere} />
        </Router>
      </Shell>
      <InTelegram />
    </>
  );
}

/** Telegram's own: a telephone's would close the page. Where nothing is left to go back to it is hidden. */
function startBackButton(): () => void {
  const letGo = on('back_button_pressed', () => history.back());
  const isVisible = computed(() => depth.value > 0);
  const stop = effect(() => post('web_app_setup_back_button', { is_visible: isVisible.value }));
  return () => {
    letGo();
    stop();
    post('web_app_setup_back_button', { is_visible: false });
  };
}

function Nowhere() {
  return (
    <Screen name="nowhere" title={t('panel.screen.nowhere')}>
      <Empty text={t('panel.state.nowhere')}>
        <a class="button primary" href="/panel/">
          {t('panel.screen.home')}
        </a>
      </Empty>
    </Screen>
  );
}

function Unreachable() {
  useEffect(() => {
    const timer = setInterval(() => void letIn(), 5_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="alone" data-testid="state-away">
      <p>{t('panel.state.unreachable')}</p>
      <Button kind="primary" onPress={() => void letIn()}>
        {t('panel.action.retry')}
      </Button>
    </main>
  );
}
