import { me } from '../session.ts';
import { Row, Screen, Section } from '../ui/screen.tsx';
import { Empty } from '../ui/states.tsx';
import { t } from '../words/words.ts';

/** All bots at once, and what needs their owner. */
export default function Home() {
  const { bots, mainBot } = me();
  return (
    <Screen name="home" title={t('panel.screen.home')}>
      {bots.length === 0 ? (
        <Empty text={t('panel.home.noBots')}>
          <a class="button primary" href={`https://t.me/${mainBot}`} target="_blank" rel="noreferrer">
            {t('panel.home.addBot')}
          </a>
        </Empty>
      ) : (
        <Section>
          {bots.map(({ id, name, username }) => (
            <Row
              key={id}
              testid={`row-bot-${id}`}
              href={`/panel/bots/${id}`}
              title={name}
              subtitle={`@${username}`}
            />
          ))}
        </Section>
      )}
    </Screen>
  );
}
