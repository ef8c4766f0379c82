/** Stripes of the ground over what can still change: by shape, not by colour alone. */
export function Pattern({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="stripe" width="2.5" height="6" />
      </pattern>
      <pattern
        id={`${id}-ground`}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="stripe-ground" width="1.5" height="6" />
      </pattern>
    </defs>
  );
}

/** As it is drawn in the chart, small. */
export function Swatch({ tone }: { tone: string }) {
  if (tone.startsWith('line-')) {
    return (
      <svg class="swatch" width="22" height="12" aria-hidden="true">
        <g class={tone}>
          <path d="M0 6H22" />
          <circle cx="11" cy="6" r="3" />
        </g>
      </svg>
    );
  }
  return (
    <svg class="swatch" width="12" height="12" aria-hidden="true">
      <rect x="0.5" y="0.5" width="11" height="11" rx="2" class={tone === 'striped' ? 'tone-1' : tone} />
      {tone === 'striped' && <path class="swatch-stripes" d="M1 9 9 1M4 12 12 4" />}
    </svg>
  );
}
