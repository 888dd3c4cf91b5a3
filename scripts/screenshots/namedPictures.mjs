/**
 * The pictures of `docs/pictures` that a page shows or leads to.
 * @param {string} page Markdown
 * @returns {Set<string>} names of files, such as `desk.webp`
 */
export function namedPictures(page) {
  return new Set([...page.matchAll(/docs\/pictures\/([\w.-]+)\)/g)].map(([, name]) => name ?? ''));
}
