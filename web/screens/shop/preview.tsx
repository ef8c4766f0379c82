import { useEffect, useState } from 'preact/hooks';
import type { Preview } from '../../../src/panel/contract/texts.ts';
import { LANGUAGES, type Language } from '../../../src/shared/languages.ts';
import { ask } from '../../api/client.ts';
import { Section } from '../../ui/screen.tsx';
import { Loading } from '../../ui/states.tsx';
import { TelegramText } from '../../ui/telegram-text.tsx';
import { language as readersLanguage, t } from '../../words/words.ts';

/** Short enough to follow whoever types, and few enough questions for the server. */
const TYPED_MS = 350;
const AGAIN_MS = 3_000;
const LOOKS = ['light', 'dark'] as const;

/** What buyers read of the owner's; null: the default. */
interface Typed {
  welcome: string | null;
  terms: string | null;
}

/** The buyers' screens as Telegram shows them, with what is being typed. */
export function BuyersScreens({ api, welcome, terms }: Typed & { api: string }) {
  const [language, setLanguage] = useState<Language>(readersLanguage());
  const [look, setLook] = useState<(typeof LOOKS)[number]>('light');
  const shown = usePreview(api, language, { welcome, terms });
  return (
    <Section title={t('panel.texts.preview')}>
      <fieldset class="choice" aria-label={t('panel.texts.language')}>
        {LANGUAGES.map((code) => (
          <button
            key={code}
            type="button"
            data-testid={`lang-${code}`}
            aria-pressed={code === language}
            onClick={() => setLanguage(code)}
          >
            {t(`panel.me.languages.${code}`)}
          </button>
        ))}
      </fieldset>
      <fieldset class="choice" aria-label={t('panel.texts.look')}>
        {LOOKS.map((name) => (
          <button
            key={name}
            type="button"
            data-testid={`theme-${name}`}
            aria-pressed={name === look}
            onClick={() => setLook(name)}
          >
            {t(name === 'light' ? 'panel.texts.day' : 'panel.texts.night')}
          </button>
        ))}
      </fieldset>
      {shown === null ? (
        <Loading />
      ) : (
        <div class="phone" data-look={look} lang={language}>
          {shown.map(({ name, html, buttons }) => (
            <article key={name} data-testid={`preview-${name}`} aria-label={t(`panel.texts.screens.${name}`)}>
              <h3>{t(`panel.texts.screens.${name}`)}</h3>
              <div class="bubble">
                <TelegramText html={html} />
              </div>
              {buttons.map((row) => (
                <div key={row.join('\n')} class="keyboard">
                  {row.map((button) => (
                    <span key={button}>{button}</span>
                  ))}
                </div>
              ))}
            </article>
          ))}
        </div>
      )}
    </Section>
  );
}

/** What is shown stays until the next is there; null: nothing is yet. */
function usePreview(api: string, language: Language, { welcome, terms }: Typed): Preview['screens'] | null {
  const [screens, setScreens] = useState<Preview['screens'] | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      try {
        const body = { language, texts: { welcome, terms } };
        const answer = await ask<Preview>('POST', `${api}/preview`, { body, signal: abort.signal });
        setScreens(answer.screens);
      } catch {
        // Too fast, or nobody there: it is asked for again, unless something else was typed meanwhile.
        if (!abort.signal.aborted) again = setTimeout(() => setAttempt(attempt + 1), AGAIN_MS);
      }
    };
    const timer = setTimeout(() => void read(), screens === null ? 0 : TYPED_MS);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      abort.abort();
    };
  }, [api, language, welcome, terms, attempt]);
  return screens;
}
