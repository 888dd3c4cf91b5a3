import type { Tray } from 'electron';
import type { Logger } from 'pino';
import type { ShellSettings } from '../settings/shellSettings.ts';
import { shellWords, type ShellNews } from '../settings/shellWords.ts';
import type { ElectronModule } from './electronModule.ts';
import { menuTemplate, trayTemplate, type ShellActions } from './shellMenu.ts';
import { trayIcon } from './trayIcon.ts';

export interface DesktopOptions {
  electron: ElectronModule;
  language(): ShellSettings['language'];
  isKiosk(): boolean;
  /** Whether somebody works at this machine; nothing is laid over a wall. */
  hasDesk(): boolean;
  showWindows(): void;
  /** Opens a page of the shell itself, such as `test`; the empty path is the settings. */
  openPage(path: string): void;
  /** Resolves to the path of the bundle. */
  makeBundle(): Promise<string>;
  logger: Pick<Logger, 'warn'>;
}

/** Menu, tray, dialogs and notifications, in the language of this machine. */
export interface Desktop {
  /** Shows menu and tray as they are now; again after other settings. */
  refresh(): void;
  /** The hub that is shown, or undefined while there is none. */
  hubIs(origin: string | undefined): void;
  notify(news: ShellNews): void;
  close(): void;
}

/** Nothing is shown before `refresh`, for which the application must be ready. */
export function createDesktop(options: DesktopOptions): Desktop {
  const { electron, language, isKiosk } = options;
  const { app, dialog, Menu, Notification } = electron;
  let tray: Tray | undefined;
  let hubOrigin: string | undefined;
  let wasConnected = false;

  const makeBundle = async (): Promise<void> => {
    const words = shellWords[language()];
    let path: string;
    try {
      path = await options.makeBundle();
    } catch {
      dialog.showErrorBox(words.program, words.bundleFailed);
      return;
    }
    const { response } = await dialog.showMessageBox({
      type: 'info',
      title: words.program,
      message: words.bundleMade,
      detail: `${words.bundleDetail}\n${path}`,
      buttons: [words.showInFolder, words.ok],
      defaultId: 1,
      cancelId: 1,
    });
    if (response === 0) electron.shell.showItemInFolder(path);
  };
  const quit = async (): Promise<void> => {
    const words = shellWords[language()];
    const { response } = await dialog.showMessageBox({
      type: 'question',
      title: words.program,
      message: words.quitQuestion,
      detail: words.quitDetail,
      buttons: [words.quit, words.cancel],
      defaultId: 1,
      cancelId: 1,
    });
    if (response === 0) app.quit();
  };
  const actions: ShellActions = {
    showWindows: options.showWindows,
    openSettings: () => options.openPage(''),
    openTestPicture: () => options.openPage('test'),
    makeBundle: () => void makeBundle(),
    about() {
      const { program } = shellWords[language()];
      app.setAboutPanelOptions({ applicationName: program, applicationVersion: app.getVersion() });
      app.showAboutPanel();
    },
    quit: () => void quit(),
  };

  const showTray = (): void => {
    if (isKiosk()) {
      tray?.destroy();
      tray = undefined;
      return;
    }
    try {
      if (tray === undefined) {
        tray = new electron.Tray(electron.nativeImage.createFromDataURL(trayIcon));
        tray.on('click', options.showWindows);
      }
      tray.setToolTip(shellWords[language()].program);
      tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(language(), hubOrigin, actions)));
    } catch (error) {
      // Some desktops have no tray; menu and key do the same.
      options.logger.warn({ err: error }, 'there is no icon in the tray');
    }
  };
  const notify = (news: ShellNews): void => {
    if (!options.hasDesk() || !Notification.isSupported()) return;
    new Notification(shellWords[language()].news[news]).show();
  };

  return {
    refresh() {
      const template = menuTemplate(language(), isKiosk(), actions);
      Menu.setApplicationMenu(template === null ? null : Menu.buildFromTemplate(template));
      showTray();
    },
    hubIs(origin) {
      if (origin === hubOrigin) return;
      hubOrigin = origin;
      showTray();
      if (origin === undefined) notify('hubLost');
      else if (wasConnected) notify('hubBack');
      wasConnected = true;
    },
    notify,
    close: () => tray?.destroy(),
  };
}
