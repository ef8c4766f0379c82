/** What is run within a page, as text: a test knows no browser's types, and a page knows nothing of a test. */

/** What the page's policy refused is an error like another. */
export const TELL_REFUSALS = `
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
  console.error('Refused by the page’s policy: ' + effectiveDirective + ' ' + blockedURI));
`;

/** A client of Telegram's, as far as a page sees it: it keeps what it is told. */
export const PLAY_TELEGRAM = `
window.posted = [];
window.TelegramWebviewProxy = {
  postEvent: (type, data) => void posted.push({ type, data: JSON.parse(data) }),
};
`;

/** What reaches beyond the right edge of a page that can be moved sideways, outermost first. */
export const WHAT_STANDS_OUT = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const out = [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
    .map((element) => element.tagName + '.' + element.className + ' ' + (element.dataset.testid ?? ''));
  return ['the page is ' + scrollWidth + ' px wide', ...out.slice(0, 5)];
})()`;

/** How many parts of a page have not come yet; whatever came since the last frame has been drawn. */
export const COUNT_LOADING = `new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() =>
    resolve(document.querySelectorAll('[data-testid=state-loading], [aria-busy=true]').length))))`;

/** Of something that takes the focus: what tells it from the others. */
const NAME_OF = `(element) => {
  const place = [...document.querySelectorAll('*')].indexOf(element);
  const { tagName, dataset, innerText, value } = element;
  return [place, tagName, dataset.testid ?? '', (innerText || value || '').slice(0, 30)].join(' ');
}`;

/** The next Tab comes to the first of the page, wherever it was before. */
export const BEGIN_AT_THE_TOP = `
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0)`;

/** What Tab has come to, and whether that is to be seen: drawn round, and hidden by nothing. Null: nothing of the page. */
export const WHAT_HAS_THE_FOCUS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  const isFree = over !== null && (element.contains(over) || over.contains(element));
  return {
    what: (${NAME_OF})(element),
    isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && isFree,
  };
})()`;

/** Whatever can be pressed, chosen or typed into, from top to bottom. */
export const WHAT_TAKES_THE_FOCUS = `
  [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((element) => !element.disabled && element.checkVisibility())
    .map(${NAME_OF})`;
