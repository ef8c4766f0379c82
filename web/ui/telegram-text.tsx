import { type ComponentChildren, h } from 'preact';

/** What Telegram's HTML may hold; a link of a preview leads nowhere. */
const TAGS: Readonly<Record<string, string>> = {
  a: 'u',
  b: 'b',
  blockquote: 'blockquote',
  code: 'code',
  i: 'i',
  pre: 'pre',
  s: 's',
  u: 'u',
};
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', gt: '>', lt: '<', quot: '"' };
const TOKEN = /<(\/?)([a-z]+)[^>]*>|&(amp|gt|lt|quot);|[^<&]+|[<&]/g;

/** A text in Telegram's HTML, read into nodes: nothing of it is ever read as a page's. */
export function TelegramText({ html }: { html: string }) {
  const tokens = [...html.matchAll(TOKEN)];
  let at = 0;

  /** @param within the tag that ends it; absent: the end of the text */
  function read(within?: string): ComponentChildren[] {
    const nodes: ComponentChildren[] = [];
    while (at < tokens.length) {
      const [text = '', slash, tag = '', entity] = tokens[at++] ?? [];
      const shown = TAGS[tag];
      if (slash && tag === within) return nodes;
      if (entity) nodes.push(ENTITIES[entity]);
      else if (tag === '') nodes.push(text);
      else if (shown && !slash) nodes.push(h(shown, null, ...read(tag)));
    }
    return nodes;
  }

  return <>{read()}</>;
}
