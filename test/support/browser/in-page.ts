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
