import { t, type WebKey } from '../words/words.ts';
import { Button } from './basics.tsx';
import { Dialog } from './dialog.tsx';

const KEYS: readonly (readonly [keys: string, does: WebKey])[] = [
  ['J ↓ · K ↑', 'panel.keys.move'],
  ['A', 'panel.keys.approve'],
  ['R 1…4 · R T', 'panel.keys.reject'],
  ['U', 'panel.keys.undo'],
  ['Space', 'panel.keys.zoom'],
  ['E', 'panel.keys.turn'],
  ['X · Shift X', 'panel.keys.tick'],
  ['Shift A', 'panel.keys.approveTicked'],
  ['/', 'panel.keys.search'],
  ['G H R U P L A', 'panel.keys.go'],
  ['Esc', 'panel.keys.close'],
];

export function KeyTable({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('panel.keys.title')} testid="keys" onClose={onClose}>
      <table class="table">
        <tbody>
          {KEYS.map(([keys, does]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{t(does)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="buttons">
        <Button kind="primary" onPress={onClose}>
          {t('panel.action.close')}
        </Button>
      </div>
    </Dialog>
  );
}
