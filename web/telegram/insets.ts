import { on } from './bridge.ts';

const SIDES = ['top', 'right', 'bottom', 'left'] as const;
/** Of the device, and of what Telegram itself draws over the page. */
const EVENTS = ['safe_area_changed', 'content_safe_area_changed'] as const;

/** Leaves room for whatever lies over the page's edges, as far as Telegram tells of it. */
export function keepInsets(): void {
  const known = new Map<string, Readonly<Record<string, unknown>>>();
  for (const event of EVENTS) {
    on(event, (insets) => {
      known.set(event, insets);
      for (const side of SIDES) {
        const sum = EVENTS.reduce((all, each) => all + read(known.get(each)?.[side]), 0);
        document.documentElement.style.setProperty(`--telegram-${side}`, `${sum}px`);
      }
    });
  }
}

/** Clients have sent garbage: it is nothing. */
function read(inset: unknown): number {
  return typeof inset === 'number' && inset > 0 && inset < Number.POSITIVE_INFINITY ? inset : 0;
}
