import type { Translator } from '../../infra/i18n/i18n.ts';
import type { AlertWord } from '../../modules/monitoring/alert.ts';
import type { Screen } from '../common/screen.ts';

/** Everything that there is to tell at once, a paragraph each. */
export function alertScreen(t: Translator, words: readonly AlertWord[]): Screen {
  return { text: words.map((word) => paragraph(t, word)).join('\n\n') };
}

function paragraph(t: Translator, word: AlertWord): string {
  switch (word.what) {
    case 'trouble':
      return t.dynamic(`alerts.trouble.${word.kind}`, word.facts);
    case 'over': {
      const name = t(`alerts.name.${word.kind}`);
      return word.minutes === null
        ? t('alerts.over', { name })
        : t('alerts.overAfter', { name, minutes: Math.max(1, word.minutes) });
    }
    case 'started':
      return t('alerts.started');
    case 'test':
      return t('alerts.test');
    case 'unitFailed':
      return t('alerts.unitFailed', { unit: word.unit });
    case 'stopped':
      return t('alerts.stopped');
    default:
      return word satisfies never;
  }
}
