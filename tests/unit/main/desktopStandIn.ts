import { EventEmitter } from 'node:events';

interface MenuEntry {
  label?: string;
  role?: string;
  enabled?: boolean;
  click?: () => void;
  submenu?: MenuEntry[];
}

/** A cookie as Electron describes and sets it. */
export interface CookieStandIn {
  url?: string;
  domain?: string;
  name: string;
  value: string;
  secure?: boolean;
  httpOnly?: boolean;
  expirationDate?: number;
}

/** Cookies that notify as Chromium does: what is set in the place of another one removes that first. */
export class CookiesStandIn extends EventEmitter {
  readonly kept = new Map<string, CookieStandIn>();

  set(details: CookieStandIn): Promise<void> {
    const domain = details.domain ?? new URL(details.url ?? '').hostname;
    const cookie = { ...details, domain };
    const before = this.kept.get(cookie.name);
    if (before !== undefined) this.emit('changed', {}, before, 'overwrite', true);
    this.kept.set(cookie.name, cookie);
    this.emit('changed', {}, cookie, 'explicit', false);
    return Promise.resolve();
  }
  remove(name: string): void {
    const before = this.kept.get(name);
    this.kept.delete(name);
    this.emit('changed', {}, before, 'expired', true);
  }
}

/** Menu, tray, dialogs, notifications and key store of Electron, as far as the application uses them. */
export interface DesktopStandIn {
  modules: object;
  cookies: CookiesStandIn;
  keyStore: { isAvailable: boolean; backend: string; prefix: string };
  compositing: string;
  /** The application's menu, or null. */
  menu: MenuEntry[] | null | undefined;
  tray: { menu: MenuEntry[]; toolTip: string } | undefined;
  notifications: { title: string; body: string }[];
  messages: { message: string; detail: string; buttons: string[] }[];
  /** Which button of the next message is pressed. */
  answer: number;
  shown: string[];
  /** Presses an entry of the menu or of the tray by its words. */
  press(label: string): void;
}

/** A desktop with a tray and a key store. */
export function createDesktopStandIn(): DesktopStandIn {
  const desktop: DesktopStandIn = {
    modules: {},
    cookies: new CookiesStandIn(),
    keyStore: { isAvailable: true, backend: 'gnome_libsecret', prefix: 'sealed ' },
    compositing: 'disabled_software',
    menu: undefined,
    tray: undefined,
    notifications: [],
    messages: [],
    answer: 0,
    shown: [],
    press(label) {
      const entries = [
        ...(desktop.menu ?? []).flatMap(({ submenu }) => submenu ?? []),
        ...(desktop.tray?.menu ?? []),
      ];
      const entry = entries.find((one) => one.label === label);
      if (entry?.click === undefined) throw new Error(`there is no entry ${label}`);
      entry.click();
    },
  };
  const toggled = (text: string): string => [...text].reverse().join('');
  class Tray extends EventEmitter {
    constructor() {
      super();
      desktop.tray = { menu: [], toolTip: '' };
    }
    setToolTip(text: string): void {
      if (desktop.tray) desktop.tray.toolTip = text;
    }
    setContextMenu(menu: MenuEntry[]): void {
      if (desktop.tray) desktop.tray.menu = menu;
    }
    destroy(): void {
      desktop.tray = undefined;
    }
  }
  class Notification {
    static isSupported = (): boolean => true;
    readonly news: { title: string; body: string };
    constructor(news: { title: string; body: string }) {
      this.news = news;
    }
    show(): void {
      desktop.notifications.push(this.news);
    }
  }
  desktop.modules = {
    Menu: {
      buildFromTemplate: (template: MenuEntry[]) => template,
      setApplicationMenu: (menu: MenuEntry[] | null) => (desktop.menu = menu),
    },
    Tray,
    Notification,
    nativeImage: { createFromDataURL: (url: string) => url },
    shell: { showItemInFolder: (path: string) => desktop.shown.push(path) },
    dialog: {
      showMessageBox(message: DesktopStandIn['messages'][number]) {
        desktop.messages.push(message);
        return Promise.resolve({ response: desktop.answer });
      },
      showErrorBox: (_title: string, text: string) => desktop.shown.push(text),
    },
    safeStorage: {
      isEncryptionAvailable: () => desktop.keyStore.isAvailable,
      getSelectedStorageBackend: () => desktop.keyStore.backend,
      encryptString: (text: string) => Buffer.from(desktop.keyStore.prefix + toggled(text)),
      decryptString(bytes: Buffer) {
        const text = bytes.toString();
        if (!text.startsWith(desktop.keyStore.prefix)) throw new Error('sealed with another key');
        return toggled(text.slice(desktop.keyStore.prefix.length));
      },
    },
  };
  return desktop;
}
