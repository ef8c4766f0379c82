import { signal } from '@preact/signals';

const query = matchMedia('(min-width: 1000px)');
const isWideNow = signal(query.matches);
query.addEventListener('change', ({ matches }) => (isWideNow.value = matches));

/** Whether there is room for a menu at the side and for columns. */
export function isWide(): boolean {
  return isWideNow.value;
}
