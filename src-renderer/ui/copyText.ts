/**
 * Copies the text of an element and leaves it marked, so that it can be copied by hand where this fails. Resolves to whether it was
 * copied. Must be called by a click.
 */
export async function copyText(element: HTMLElement): Promise<boolean> {
  const selection = window.getSelection();
  const range = document.createRange();
  range.selectNodeContents(element);
  selection?.removeAllRanges();
  selection?.addRange(range);
  // The browser of WeChat and pages without HTTPS have nothing else, and no browser asks for a permission.
  if (document.execCommand('copy')) return true;
  try {
    await navigator.clipboard.writeText(element.textContent ?? '');
    return true;
  } catch {
    return false;
  }
}
