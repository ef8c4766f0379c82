import type { ComponentDay } from '../../modules/monitoring/check-history.ts';
import { MOD, MOD_HEALTH } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { date, type Viewer } from './common.ts';

const MARKS: Record<ComponentDay['status'], string> = { healthy: '🟢', degraded: '🟡', unhealthy: '🔴' };

/** The last 24 hours of what the platform stands on, a line each. */
export function systemHealthScreen(viewer: Viewer, components: readonly ComponentDay[]): Screen {
  const { t } = viewer;
  return {
    text: [
      t('systemHealth.title'),
      components.length === 0
        ? t('systemHealth.none')
        : components.map((one) => componentLine(viewer, one)).join('\n'),
    ].join('\n\n'),
    buttons: [[button(t('button.refresh'), MOD_HEALTH.data())], [button(t('button.back'), MOD.data())]],
  };
}

function componentLine(
  viewer: Viewer,
  { component, status, uptime, worstMs, changedAt }: ComponentDay,
): string {
  const { t } = viewer;
  return t('systemHealth.component', {
    mark: MARKS[status],
    name: t(`systemHealth.name.${component}`),
    uptime: percentOf(uptime, t.language),
    ms: worstMs,
    change:
      changedAt === null
        ? t('systemHealth.steady')
        : t('systemHealth.changed', { at: date(viewer, changedAt) }),
  });
}

/** Rounded down: a lost minute is never a whole day. */
function percentOf(share: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(Math.floor(share * 1000) / 10);
}
