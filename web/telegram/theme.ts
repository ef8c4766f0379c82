import { effect, signal } from '@preact/signals';
import { knows, on, post } from './bridge.ts';

export const THEMES = ['telegram', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'theme';
/** Telegram's names for colours, and ours. */
const COLOURS = {
  bg_color: '--ground',
  secondary_bg_color: '--under',
  text_color: '--text',
  hint_color: '--hint',
  link_color: '--link',
  button_color: '--accent',
  button_text_color: '--on-accent',
  destructive_text_color: '--danger',
} as const;
type ColourName = keyof typeof COLOURS;

const ON_GROUND = ['hint_color', 'link_color', 'destructive_text_color'] as const;
const LEAST_CONTRAST = 4.5;

const chosen = signal<Theme>(readKept());
const telegrams = signal<Readonly<Record<string, unknown>>>({});

export function theme(): Theme {
  return chosen.value;
}

export function chooseTheme(theme: Theme): void {
  chosen.value = theme;
  localStorage.setItem(KEPT, theme);
}

/** Paints the page, and anew whenever Telegram or the person says otherwise. */
export function paint(atLaunch: Readonly<Record<string, unknown>>): void {
  telegrams.value = atLaunch;
  on('theme_changed', ({ theme_params }) => {
    if (typeof theme_params === 'object' && theme_params !== null) telegrams.value = { ...theme_params };
  });
  effect(() => {
    const { style, dataset } = document.documentElement;
    for (const name of [...Object.values(COLOURS), '--good']) style.removeProperty(name);
    delete dataset['theme'];
    const colours = chosen.value === 'telegram' ? readColours(telegrams.value) : null;
    if (chosen.value !== 'telegram') dataset['theme'] = chosen.value;
    if (!colours) {
      // Ours have no name with Telegram: older clients, which know names alone, take the nearest of theirs.
      const under = getComputedStyle(document.documentElement).getPropertyValue('--under').trim();
      paintHead(knows(6, 9) ? { color: under } : BY_NAME);
      return;
    }
    dataset['theme'] = luminance(colours.bg_color) < 0.2 ? 'dark' : 'light';
    // Telegram has no name for it: ours, where it can be read on Telegram's ground.
    const good = getComputedStyle(document.documentElement).getPropertyValue('--good').trim();
    const grounds = [colours.bg_color, colours.secondary_bg_color];
    if (!isReadable(good, grounds)) style.setProperty('--good', colours.text_color);
    for (const [name, value] of Object.entries(colours))
      style.setProperty(COLOURS[name as ColourName], value);
    paintHead(BY_NAME);
  });
}

const BY_NAME = { color_key: 'secondary_bg_color' };

/** As the ground below the page's first lines. */
function paintHead(as: { color_key: string } | { color: string }): void {
  post('web_app_set_header_color', as);
}

/**
 * Telegram's colours as far as they can be read; null where its text cannot: then ours are taken. What is missing or too
 * pale is said in the colour of the text.
 */
function readColours(params: Readonly<Record<string, unknown>>): Record<ColourName, string> | null {
  const read = (name: ColourName) => {
    const value = params[name];
    return typeof value === 'string' && /^#[\da-f]{6}$/i.test(value) ? value : undefined;
  };
  const bg_color = read('bg_color');
  const secondary_bg_color = read('secondary_bg_color') ?? bg_color;
  const text_color = read('text_color');
  if (!bg_color || !secondary_bg_color || !text_color) return null;
  const grounds = [bg_color, secondary_bg_color];
  if (!isReadable(text_color, grounds)) return null;
  const [hint_color, link_color, destructive_text_color] = ON_GROUND.map((name) => {
    const colour = read(name);
    return colour !== undefined && isReadable(colour, grounds) ? colour : text_color;
  }) as [string, string, string];
  const [button, onButton] = [read('button_color'), read('button_text_color')];
  const hasButton = button && onButton && contrast(button, onButton) >= LEAST_CONTRAST;
  const [button_color, button_text_color] = hasButton ? [button, onButton] : [text_color, bg_color];
  return {
    bg_color,
    secondary_bg_color,
    text_color,
    hint_color,
    link_color,
    destructive_text_color,
    button_color,
    button_text_color,
  };
}

function isReadable(colour: string, grounds: readonly string[]): boolean {
  return grounds.every((ground) => contrast(colour, ground) >= LEAST_CONTRAST);
}

/** Of WCAG 2. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function readKept(): Theme {
  const kept = localStorage.getItem(KEPT);
  return THEMES.find((theme) => theme === kept) ?? 'telegram';
}
