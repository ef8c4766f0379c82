import { signal } from '@preact/signals';
import { t } from '../words/words.ts';

const SHOWN_MS = 6_000;

const shown = signal<{ text: string; isBad: boolean } | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what came of something, for screen readers too. */
export function say(text: string, { isBad = false } = {}): void {
  shown.value = { text, isBad };
  clearTimeout(timer);
  timer = setTimeout(() => (shown.value = null), SHOWN_MS);
}

/** Says why something was not done. */
export function sayWhyNot(error: unknown): void {
  say(error instanceof Error && error.name === 'ApiError' ? error.message : t('panel.state.notSent'), {
    isBad: true,
  });
}

export function Toasts() {
  const toast = shown.value;
  return (
    <div aria-live="polite" class="toasts">
      {toast && (
        <div class={toast.isBad ? 'toast bad' : 'toast'} data-testid="toast">
          {toast.text}
        </div>
      )}
    </div>
  );
}
