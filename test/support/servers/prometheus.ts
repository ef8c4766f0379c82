/** What a scrape says, read as strictly as Prometheus's text format is written. */
export interface Exposition {
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (Na[Nn]|[+-]?Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/** @throws Error for anything that Prometheus would refuse or `promtool check metrics` would mind */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('The last line does not end');
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  const samples: Exposition['samples'] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help?.[1]) helped.add(once(helped, help[1], line));
    else if (type?.[1] && type[2]) {
      once(types, type[1], line);
      types.set(type[1], type[2]);
      if ((type[2] === 'counter') !== type[1].endsWith('_total'))
        throw new Error(`Only counters end in _total: ${line}`);
    } else {
      const sample = parseSample(line);
      familyOf(sample.name, types, helped);
      seen.add(once(seen, line.slice(0, line.lastIndexOf(' ')), line));
      samples.push(sample);
    }
  }
  return { samples };
}

function once(known: { has(name: string): boolean }, name: string, line: string): string {
  if (known.has(name)) throw new Error(`Told twice: ${line}`);
  return name;
}

function parseSample(line: string): Exposition['samples'][number] {
  const [, name, inner = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`No sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const [, label, content] = LABEL.exec(inner) ?? [];
    if (label === undefined || content === undefined || label in labels)
      throw new Error(`No labels: ${line}`);
    labels[label] = content;
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

/** Every sample belongs to something that was announced before it. */
function familyOf(name: string, types: Map<string, string>, helped: Set<string>): void {
  const base = name.replace(/_(?:bucket|sum|count)$/, '');
  const family = types.has(name) ? name : base;
  const type = types.get(family);
  if (type === undefined || !helped.has(family)) throw new Error(`${name} was not announced`);
  if (family !== name && type !== 'histogram' && type !== 'summary')
    throw new Error(`${name} is no part of a ${type}`);
}

/** @throws Error where there is none */
export function sampleOf(metrics: Exposition, name: string, labels: Record<string, string> = {}): number {
  const found = metrics.samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (!found) throw new Error(`No sample ${name} ${JSON.stringify(labels)}`);
  return found.value;
}
