import { EventEmitter } from 'node:events';
import type { ElectronModule } from '../../../src-main/windows/electronModule.ts';
import { createDesktopStandIn, type DesktopStandIn } from './desktopStandIn.ts';
import type { Rectangle } from '../../../src-main/displays/displays.ts';

type PermissionAnswer = (granted: boolean) => void;

export class ContentsStandIn extends EventEmitter {
  readonly loaded: string[] = [];
  /** Channels on which the page was notified. */
  readonly sent: string[] = [];
  forcedCrashes = 0;
  /** How often its print dialog was opened. */
  printed = 0;
  openWindow: (url: string) => { action: string } = () => ({ action: 'allow' });

  /** What a page's own thread answers; one that hangs answers never. */
  answers = (): Promise<unknown> => Promise.resolve(1);

  send(channel: string): void {
    this.sent.push(channel);
  }
  print(): void {
    this.printed += 1;
  }
  getURL(): string {
    return this.loaded.at(-1) ?? '';
  }
  executeJavaScriptInIsolatedWorld(): Promise<unknown> {
    return this.answers();
  }
  /** Whether the window kept a key for itself. */
  press(code: string, { control = true, alt = true, shift = true } = {}): boolean {
    let prevented = false;
    const input = { type: 'keyDown', code, control, alt, shift };
    this.emit('before-input-event', { preventDefault: () => (prevented = true) }, input);
    return prevented;
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return Promise.resolve();
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openWindow = (url) => handler({ url });
  }
  forcefullyCrashRenderer(): void {
    this.forcedCrashes += 1;
    this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  }
  /** Whether a navigation to a URL is let through. */
  navigate(url: string, event = 'will-frame-navigate'): boolean {
    let prevented = false;
    this.emit(event, { url, preventDefault: () => (prevented = true) });
    return !prevented;
  }
}

export interface WindowSettings extends Rectangle {
  title: string;
  fullscreen: boolean;
  kiosk: boolean;
  webPreferences: Record<string, unknown>;
}

export class WindowStandIn extends EventEmitter {
  readonly webContents = new ContentsStandIn();
  readonly settings: WindowSettings;
  bounds: Rectangle;
  fullscreen: boolean;
  kiosk: boolean;
  destroyed = false;
  focused = 0;
  readonly #onDestroyed: () => void;

  constructor(settings: WindowSettings, onDestroyed: () => void) {
    super();
    this.settings = settings;
    this.bounds = { x: settings.x, y: settings.y, width: settings.width, height: settings.height };
    this.fullscreen = settings.fullscreen;
    this.kiosk = settings.kiosk;
    this.#onDestroyed = onDestroyed;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('closed');
    this.#onDestroyed();
  }
  /** As the window manager's key for closing does. */
  close(): boolean {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (!prevented) this.destroy();
    return !prevented;
  }
  setBounds(bounds: Rectangle): void {
    this.bounds = bounds;
  }
  setFullScreen(on: boolean): void {
    this.fullscreen = on;
  }
  setKiosk(on: boolean): void {
    this.kiosk = on;
  }
  isFocused(): boolean {
    return false;
  }
  isMinimized(): boolean {
    return false;
  }
  focus(): void {
    this.focused += 1;
  }
}

/** A display of 1920 by 1080 pixels, the `index`th from the left. */
export function displayStandIn(id: number, index: number) {
  const bounds = { x: index * 1920, y: 0, width: 1920, height: 1080 };
  return { id, label: `display ${id}`, bounds, workArea: { ...bounds, height: 1040 } };
}

/** What the tests see and steer of Electron. */
export interface ElectronStandIn {
  electron: ElectronModule;
  app: EventEmitter & { exited: boolean; quit(): void };
  screen: EventEmitter & { displays: ReturnType<typeof displayStandIn>[] };
  /** Windows that are open. */
  windows(): WindowStandIn[];
  switches: Map<string, string | undefined>;
  /** Keys of the whole machine that the application has; those in `takenKeys` another program has. */
  keys: Map<string, () => void>;
  takenKeys: Set<string>;
  blockers: string[];
  askPermission(permission: string, requestingUrl: string): boolean;
  checkPermission(permission: string, requestingOrigin: string): boolean;
  desktop: DesktopStandIn;
  /** Whether a page of an origin may open a HID device of a usage page. */
  checkDevice(origin: string, usagePage: number, deviceType?: string): boolean;
  /** Which of the devices a page gets that asks for one, by their usage pages. */
  selectDevice(url: string, usagePages: number[]): string | undefined;
  invoke(channel: string, senderUrl: string): unknown;
  /** Electron's word for a certificate that a server shows. */
  verifyCertificate(pem: string, hostname: string): number | undefined;
  /** What a page of the shell's own scheme gets. */
  fetchLocal(request: Request): Promise<Response>;
  loginItems: unknown[];
}

/** Electron as far as the application uses it, with windows that only remember what was asked of them. */
export function createElectronStandIn({ isFirstInstance = true } = {}): ElectronStandIn {
  const windows: WindowStandIn[] = [];
  const switches = new Map<string, string | undefined>();
  const blockers: string[] = [];
  const keys = new Map<string, () => void>();
  const takenKeys = new Set<string>();
  const handlers = new Map<string, (event: object) => unknown>();
  let serve = (_request: Request): Promise<Response> => Promise.reject(new Error('nothing is served'));
  const loginItems: unknown[] = [];
  const desktop = createDesktopStandIn();
  let onRequest = (_contents: null, _permission: string, answer: PermissionAnswer, _details: object): void =>
    answer(true);
  let onDevice = (_details: object): boolean => true;
  let onSelect = (_event: object, _details: object, _answer: (id?: string) => void): void => undefined;
  let onCertificate = (_request: object, _answer: (word: number) => void): void => undefined;
  let onCheck = (_contents: null, _permission: string, _origin: string): boolean => true;

  const app = Object.assign(new EventEmitter(), {
    exited: false,
    getVersion: () => '1.2.3',
    setPath: () => undefined,
    getGPUFeatureStatus: () => ({ gpu_compositing: desktop.compositing }),
    setAboutPanelOptions: () => undefined,
    showAboutPanel: () => desktop.shown.push('about'),
    setLoginItemSettings: (item: unknown) => loginItems.push(item),
    requestSingleInstanceLock: () => isFirstInstance,
    whenReady: () => Promise.resolve(),
    commandLine: { appendSwitch: (name: string, value?: string) => switches.set(name, value) },
    quit() {
      let prevented = false;
      app.emit('before-quit', { preventDefault: () => (prevented = true) });
      if (!prevented) app.exited = true;
    },
  });
  const screen = Object.assign(new EventEmitter(), {
    displays: [displayStandIn(7, 0)],
    getAllDisplays: () => screen.displays,
    getPrimaryDisplay: () => screen.displays[0],
  });

  // A constructor that returns an object, as `new BrowserWindow` is called.
  function BrowserWindow(settings: WindowSettings): WindowStandIn {
    const window: WindowStandIn = new WindowStandIn(settings, () => {
      windows.splice(windows.indexOf(window), 1);
      if (windows.length === 0) app.emit('window-all-closed');
    });
    windows.push(window);
    app.emit('web-contents-created', {}, window.webContents);
    return window;
  }
  const session = {
    defaultSession: {
      setPermissionRequestHandler: (handler: typeof onRequest) => (onRequest = handler),
      setPermissionCheckHandler: (handler: typeof onCheck) => (onCheck = handler),
      setDevicePermissionHandler: (handler: typeof onDevice) => (onDevice = handler),
      on: (_event: string, handler: typeof onSelect) => (onSelect = handler),
      cookies: desktop.cookies,
      setCertificateVerifyProc: (handler: typeof onCertificate) => (onCertificate = handler),
      protocol: { handle: (_scheme: string, handler: typeof serve) => (serve = handler) },
    },
  };
  const electron = {
    app,
    screen,
    session,
    BrowserWindow,
    protocol: { registerSchemesAsPrivileged: () => undefined },
    ...desktop.modules,
    globalShortcut: {
      register: (key: string, onPress: () => void) => !takenKeys.has(key) && keys.set(key, onPress) && true,
      unregister: (key: string) => void keys.delete(key),
    },
    powerSaveBlocker: { start: (kind: string) => blockers.push(kind) },
    ipcMain: {
      handle: (channel: string, handler: (event: object) => unknown) => handlers.set(channel, handler),
    },
  } as unknown as ElectronModule;

  return {
    electron,
    app,
    screen,
    windows: () => [...windows],
    switches,
    keys,
    takenKeys,
    blockers,
    desktop,
    askPermission(permission, requestingUrl) {
      let answer = false;
      onRequest(null, permission, (granted) => (answer = granted), { requestingUrl });
      return answer;
    },
    checkDevice: (origin, usagePage, deviceType = 'hid') =>
      onDevice({ deviceType, origin, device: { collections: [{ usagePage }] } }),
    selectDevice(url, usagePages) {
      const deviceList = usagePages.map((usagePage) => ({
        deviceId: `device ${usagePage}`,
        collections: [{ usagePage }],
      }));
      let chosen: string | undefined;
      onSelect({ preventDefault: () => undefined }, { deviceList, frame: { url } }, (id) => (chosen = id));
      return chosen;
    },
    checkPermission: (permission, origin) => onCheck(null, permission, origin),
    verifyCertificate(pem, hostname) {
      let answer: number | undefined;
      onCertificate({ certificate: { data: pem }, hostname }, (word) => (answer = word));
      return answer;
    },
    fetchLocal: (request) => serve(request),
    loginItems,
    invoke: (channel, url) => handlers.get(channel)?.({ senderFrame: { url } }),
  };
}
