import type { MenuItemConstructorOptions } from 'electron';
import type { ShellSettings } from '../settings/shellSettings.ts';
import { shellWords } from '../settings/shellWords.ts';

/** What menus and tray do. */
export interface ShellActions {
  showWindows(): void;
  openSettings(): void;
  openTestPicture(): void;
  makeBundle(): void;
  about(): void;
  /** Asks first. */
  quit(): void;
}

/**
 * The application's menu. A kiosk has none: a menu would be a way out. Whoever opens the settings there is asked for the supervisor's
 * code first.
 */
export function menuTemplate(
  language: ShellSettings['language'],
  isKiosk: boolean,
  actions: ShellActions,
): MenuItemConstructorOptions[] | null {
  if (isKiosk) return null;
  const words = shellWords[language];
  return [
    {
      label: words.file,
      submenu: [
        { label: words.settings, accelerator: 'Ctrl+Alt+Shift+M', click: actions.openSettings },
        { label: words.test, click: actions.openTestPicture },
        { label: words.support, click: actions.makeBundle },
        { type: 'separator' },
        { label: words.about, click: actions.about },
        { label: words.quit, click: actions.quit },
      ],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo', label: words.undo },
        { role: 'redo', label: words.redo },
        { type: 'separator' },
        { role: 'cut', label: words.cut },
        { role: 'copy', label: words.copy },
        { role: 'paste', label: words.paste },
        { role: 'selectAll', label: words.selectAll },
      ],
    },
    {
      label: words.window,
      submenu: [
        { role: 'minimize', label: words.minimize },
        { role: 'close', label: words.close },
      ],
    },
  ];
}

/** The menu of the icon in the tray; its first line says whether there is a server. */
export function trayTemplate(
  language: ShellSettings['language'],
  hubOrigin: string | undefined,
  actions: ShellActions,
): MenuItemConstructorOptions[] {
  const words = shellWords[language];
  const state =
    hubOrigin === undefined ? words.notConnected : `${words.connected} · ${new URL(hubOrigin).host}`;
  return [
    { label: state, enabled: false },
    { type: 'separator' },
    { label: words.show, click: actions.showWindows },
    { label: words.settings, click: actions.openSettings },
    { label: words.support, click: actions.makeBundle },
    { type: 'separator' },
    { label: words.quit, click: actions.quit },
  ];
}
