import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** One screen: its title, what is done on it, and what it shows. */
export function Screen({
  name,
  title,
  actions,
  wide = false,
  children,
}: {
  name: string;
  title: string;
  actions?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Getolog`;
  }, [title]);
  // Whoever goes by keyboard or by ear begins where the new screen begins.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [name]);
  return (
    <main id="screen" class={wide ? 'screen wide' : 'screen'} data-testid={`screen-${name}`}>
      <header class="head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

/** A group of rows on a ground of its own. */
export function Section({
  title,
  note,
  children,
}: {
  title?: ComponentChildren;
  note?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="section">
      {title && <h2>{title}</h2>}
      <div class="group">{children}</div>
      {note && <p class="hint note">{note}</p>}
    </section>
  );
}

interface RowProps {
  testid?: string;
  /** Where it leads. */
  href?: string;
  onPress?: () => void;
  start?: ComponentChildren;
  title: ComponentChildren;
  subtitle?: ComponentChildren;
  end?: ComponentChildren;
  isChosen?: boolean;
}

/** One line of a list, 44 px high at least; the whole of it leads where it leads. */
export function Row({ testid, href, onPress, start, title, subtitle, end, isChosen }: RowProps) {
  const inside = (
    <>
      <span class="row-text">
        <span class="row-title">{title}</span>
        {subtitle && <span class="hint small">{subtitle}</span>}
      </span>
      {end !== undefined && <span class="row-end">{end}</span>}
    </>
  );
  const chosen = isChosen ? 'true' : undefined;
  return (
    <div class="row" data-testid={testid} aria-current={chosen}>
      {start}
      {href !== undefined ? (
        <a class="row-main" href={href}>
          {inside}
        </a>
      ) : onPress ? (
        <button type="button" class="row-main" onClick={onPress}>
          {inside}
        </button>
      ) : (
        <div class="row-main">{inside}</div>
      )}
    </div>
  );
}

/** A number that matters, and what it counts. */
export function Figure({
  name,
  label,
  value,
  shown,
  note,
}: {
  name: string;
  label: string;
  /** As the server says it. */
  value: string | number | null;
  /** As it is read. */
  shown: ComponentChildren;
  note?: ComponentChildren;
}) {
  return (
    <div class="figure" data-testid={`figure-${name}`} data-value={value ?? ''}>
      <span class="hint small">{label}</span>
      <strong>{shown}</strong>
      {note && <span class="hint small">{note}</span>}
    </div>
  );
}
