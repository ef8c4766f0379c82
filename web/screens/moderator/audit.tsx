import { Screen } from '../../ui/screen.tsx';
import { Trail } from '../../ui/trail.tsx';
import { t } from '../../words/words.ts';

/** Who did what on the whole platform. */
export default function Audit() {
  return (
    <Screen name="mod-audit" title={t('panel.screen.mod-audit')}>
      <Trail
        api="/mod"
        words={{ who: t('panel.mod.actor'), none: t('panel.mod.noAudit'), notFound: t('panel.mod.notFound') }}
      />
    </Screen>
  );
}
