import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../words/words.ts';
import { Button } from './basics.tsx';

export interface Question {
  title: string;
  text: ComponentChildren;
  yes: string;
  isDangerous?: boolean;
}

const asked = signal<{ question: Question; answer: (yes: boolean) => void } | null>(null);

/** Asks once more, where something is hard to take back. @returns whether they said yes */
export function confirmed(question: Question): Promise<boolean> {
  asked.peek()?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      question,
      answer: (yes) => {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}

/** Where `confirmed` asks. */
export function Dialogs() {
  const now = asked.value;
  if (!now) return null;
  const { question, answer } = now;
  return (
    <Dialog title={question.title} onClose={() => answer(false)}>
      <div>{question.text}</div>
      <div class="buttons">
        <Button testid="dialog-no" onPress={() => answer(false)}>
          {t('panel.action.cancel')}
        </Button>
        <Button
          testid="dialog-yes"
          kind={question.isDangerous ? 'danger' : 'primary'}
          onPress={() => answer(true)}
        >
          {question.yes}
        </Button>
      </div>
    </Dialog>
  );
}

/** Holds the focus while it is open, and gives it back; the browser's own, so that Escape closes it. */
export function Dialog({
  title,
  children,
  onClose,
  testid,
}: {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
  testid?: string;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-label={title}
      data-testid={testid}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}
