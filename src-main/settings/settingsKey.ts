/**
 * Whether what was pressed is Ctrl+Alt+Shift+M, the key that opens the shell's settings on any surface: the browser and the surfaces
 * use it for nothing. By the place of the key, whatever the keyboard's language.
 */
export function isSettingsKey(input: {
  code: string;
  control: boolean;
  alt: boolean;
  shift: boolean;
}): boolean {
  return input.code === 'KeyM' && input.control && input.alt && input.shift;
}

/** A script for a page: that key opens an address. Only what a person pressed counts. */
export function settingsKeyScript(address: string): string {
  return `addEventListener('keydown', (event) => {
  if (event.isTrusted && event.code === 'KeyM' && event.ctrlKey && event.altKey && event.shiftKey && self === top) {
    location.assign(${JSON.stringify(address)});
  }
}, true);`;
}
