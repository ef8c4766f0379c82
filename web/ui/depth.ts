import { signal } from '@preact/signals';

/** How many steps back there are within the page. */
export const depth = signal(read());

/**
 * Keeps with each place of the history how deep it is, so that a page that is loaded again knows: the router writes
 * nothing there. Another address in the same place is as deep as the one before; where one is already is no step.
 */
export function countDepth(): void {
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  history.replaceState = (_, unused, url) => replace({ depth: depth.peek() }, unused, url);
  history.pushState = (_, unused, url) => {
    if (url && new URL(url, location.href).href === location.href) return;
    push({ depth: depth.peek() + 1 }, unused, url);
    depth.value += 1;
  };
  window.addEventListener('popstate', () => (depth.value = read()));
}

function read(): number {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'depth' in state ? Number(state.depth) : 0;
}
