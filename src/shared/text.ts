/** Cuts between whole characters, and says that it did. */
export function shorten(text: string, length: number): string {
  // As many characters have at least as many units: what is short enough needs no counting.
  if (text.length <= length) return text;
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
