/** Exactly what the page needs; other surfaces lie in the same folder and are not served to the public. */
export const isPublicFile = (path: string): boolean =>
  path === '/public.html' || /^\/assets\/[\w.-]+$/.test(path) || /^\/fonts\/[\w.-]+$/.test(path);

/** Whether a request is for the page and its files, which cost the hub only their reading. One that is written otherwise than the page writes it is not. */
export function isPagePath(url: string): boolean {
  const [path = ''] = url.split('?');
  return path === '/' || path.startsWith('/k/') || isPublicFile(path);
}
