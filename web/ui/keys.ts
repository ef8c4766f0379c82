import { useLayoutEffect, useRef } from 'preact/hooks';

/** By where a key is, so that it works on every layout: `KeyA`, `Shift+KeyA`, `KeyG KeyH` one after the other. */
export type Keys = Readonly<Record<string, () => void>>;

const SEQUENCE_MS = 1_500;

interface Layer {
  keys: Keys;
  /** Nothing below it hears a key while it is there. */
  isAlone: boolean;
}

const layers: { current: Layer }[] = [];
let before: { code: string; at: number } | null = null;

/**
 * Does these while they are on screen; the last to come is asked first.
 * @param isAlone while it asks something: a letter that was meant as its answer decides nothing else
 */
export function useKeys(keys: Keys, { isAlone = false } = {}): void {
  const layer = useRef<Layer>({ keys, isAlone });
  layer.current = { keys, isAlone };
  // As soon as it is seen: whoever knows the keys does not wait.
  useLayoutEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    // What has the focus is pressed by it.
    if (event.code === 'Space' && isPressed(event.target)) return;
    // A dialog has keys of its own.
    if (document.querySelector('dialog[open]')) return;
    const code = event.shiftKey ? `Shift+${event.code}` : event.code;
    const isSecond = before !== null && event.timeStamp - before.at < SEQUENCE_MS;
    const names = isSecond ? [`${before?.code} ${code}`, code] : [code];
    before = { code, at: event.timeStamp };
    for (const name of names) {
      const does = find(name);
      if (!does) continue;
      event.preventDefault();
      before = null;
      does();
      return;
    }
  });
}

function find(name: string): (() => void) | undefined {
  return layers.findLast(({ current: { keys, isAlone } }) => isAlone || keys[name])?.current.keys[name];
}

const TICKS = ['checkbox', 'radio'];

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !TICKS.includes(target.type);
  return target instanceof HTMLElement && target.closest('textarea, select, [contenteditable]') !== null;
}

function isPressed(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || target instanceof HTMLInputElement;
}
