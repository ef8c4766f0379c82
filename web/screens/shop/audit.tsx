import { useBot } from '../../ui/place.ts';
import { Screen } from '../../ui/screen.tsx';
import { Trail } from '../../ui/trail.tsx';
import { t } from '../../words/words.ts';

const KINDS = [
  'access',
  'bot',
  'chat',
  'end-user',
  'member',
  'payment',
  'plan',
  'promo',
  'provider',
  'referral',
  'refund',
  'source',
] as const;

/** Who did what on a bot. */
export default function Audit() {
  const { api } = useBot();
  const kinds = KINDS.map((kind) => [kind, t(`panel.trail.kinds.${kind}`)] as const);
  return (
    <Screen name="audit" title={t('panel.screen.audit')}>
      <Trail
        api={api}
        by={[
          { name: 'action', label: t('panel.trail.what'), options: [['', t('panel.filter.all')], ...kinds] },
        ]}
        words={{
          who: t('panel.trail.who'),
          none: t('panel.trail.none'),
          notFound: t('panel.trail.notFound'),
        }}
      />
    </Screen>
  );
}
