import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RejectBody } from '../../../src/panel/contract/receipts.ts';
import { Button } from '../../ui/basics.tsx';
import { useKeys } from '../../ui/keys.ts';
import { t } from '../../words/words.ts';

const REASONS = ['amount', 'unreadable', 'notReceived', 'wrongCard'] as const;

/** Why: a ready reason, by a press or by its number, or the owner's own words. */
export function Reasons({
  onChoose,
  onClose,
}: {
  onChoose: (body: RejectBody) => void;
  onClose: () => void;
}) {
  const [words, setWords] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const first = useRef<HTMLDivElement>(null);
  // At once: what is typed by then must not lose its place.
  useLayoutEffect(() => first.current?.querySelector('button')?.focus(), []);
  const keys = {
    ...Object.fromEntries(REASONS.map((reason, at) => [`Digit${at + 1}`, () => onChoose({ reason })])),
    KeyT: () => area.current?.focus(),
    Escape: onClose,
  };
  useKeys(keys, { isAlone: true });
  const send = () => {
    if (words.trim() !== '') onChoose({ text: words });
  };
  return (
    <div class="reasons" ref={first}>
      {REASONS.map((reason, at) => (
        <Button key={reason} testid={`reason-${reason}`} onPress={() => onChoose({ reason })}>
          <kbd>{at + 1}</kbd> {t(`rejectReason.${reason}`)}
        </Button>
      ))}
      <label class="field">
        <span class="hint small">{t('panel.desk.ownWords')}</span>
        <textarea
          ref={area}
          rows={2}
          data-testid="reason-text"
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.code === 'Escape') onClose();
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            send();
          }}
        />
      </label>
      <div class="buttons">
        <Button onPress={onClose}>{t('panel.action.cancel')}</Button>
        <Button kind="danger" testid="reason-send" disabled={words.trim() === ''} onPress={send}>
          {t('panel.desk.rejectWith')}
        </Button>
      </div>
    </div>
  );
}
