import { join } from 'node:path';
import type { Logger } from 'pino';
import { readDisplaysChannel, type BridgeDisplay } from './bridge.ts';
import { createGraphicsWatch } from './graphicsWatch.ts';
import { createCredentialStore } from './credentialStore.ts';
import { createDesktop } from './desktop.ts';
import { createArranger } from '../displays/arranger.ts';
import { orderDisplays, type DisplaySource } from '../displays/displays.ts';
import type { ElectronModule } from './electronModule.ts';
import { guardContents, guardSession, recogniseHub } from './guards.ts';
import { isOfOrigin, originToTrust } from '../hub/hubAddress.ts';
import { createHubLocator } from '../hub/hubLocator.ts';
import type { HubProcess, HubProcessEvents } from '../hub/hubProcess.ts';
import type { AskTicket } from '../hub/hubTickets.ts';
import type { HubTrust } from '../hub/hubTrust.ts';
import type { HubFinder } from '../settings/connectPages.ts';
import { outdatedLinkMessage, type ShellOptions } from '../settings/shellOptions.ts';
import { createSettingsPages } from '../settings/settingsPages.ts';
import { surfaceLanguage, type SettingsFile } from '../settings/shellSettings.ts';
import type { CredentialPlace } from '../settings/settingsWords.ts';
import { registerLocalScheme, serveLocalPages } from './localPages.ts';
import { createTalkToggle } from './talkToggle.ts';
import { createSurfaceWindows } from './windows.ts';

export interface ApplicationOptions extends ShellOptions {
  preloadPath: string;
  logger: Logger;
  startHub(events: HubProcessEvents): HubProcess;
  trust: Pick<HubTrust, 'probe' | 'isCertificate'>;
  finder: HubFinder;
  askTicket: AskTicket;
  /** Each line of the log of the hub that was started here. */
  onHubLine(line: string): void;
  settings: SettingsFile;
  /** Whether the command line or the environment named the hub, which wins over what is remembered. */
  hubIsFixed: boolean;
  makeBundle(about: Record<string, unknown>): Promise<string>;
  /** A Linux desktop has an entry in place of a login item. */
  setSignInEntry(on: boolean): void;
}

/** The desktop application. */
export interface Application {
  /** Resolves when the windows are open, or at once to false when another instance runs and was brought to the front. */
  start(): Promise<boolean>;
  /** Closes the windows, ends the hub that was started here, then the application. */
  quit(): void;
}

/** Puts the surfaces of a hub on the displays of this machine, and keeps them there. */
export function createApplication(electron: ElectronModule, options: ApplicationOptions): Application {
  const { app, screen } = electron;
  const { logger } = options;
  let hubOrigin: string | undefined;
  let credentialPlace: CredentialPlace | undefined;
  let ending: 'no' | 'under way' | 'done' = 'no';

  const locator = createHubLocator({
    wanted: options.hub,
    probe: options.trust.probe,
    ...(options.hubIsNamed ? {} : { startHub: options.startHub }),
    onLine: options.onHubLine,
    logger,
    onReady(hub) {
      hubOrigin = hub.origin;
      windows.hubReady(hub);
      desktop.hubIs(hub.origin);
    },
    onTrouble(trouble) {
      windows.hubTrouble(trouble);
      if (trouble.kind !== 'starting') desktop.hubIs(undefined);
    },
  });
  const windows = createSurfaceWindows({
    electron,
    appVersion: app.getVersion(),
    preloadPath: options.preloadPath,
    logger,
    askTicket: options.askTicket,
    lookForHub: () => void locator.look(),
    hubOrigin: () => hubOrigin,
    language: () => surfaceLanguage(options.settings.read()),
    isEnding: () => ending !== 'no',
  });
  const talkToggle = createTalkToggle(electron, { onPress: () => windows.pressTalkToggle(), logger });
  /** A kiosk leaves its keys to whoever stands before it; a wall has no talk key. */
  const followTalkToggle = (): void => {
    const hasDesk = arranger.placed().some(({ surface }) => surface === 'desk');
    talkToggle.use(hasDesk && !isKiosk() ? options.settings.read().talkToggle : undefined);
  };
  const isKiosk = (): boolean => options.kiosk || options.settings.read().kiosk;

  const displays = readElectronDisplays(screen);
  const arranger = createArranger({
    displays,
    surfaces: options.surfaces,
    isKiosk,
    hasDeskToo: options.hasDeskToo,
    remembered: () => options.settings.read().arrangements,
    place(placements) {
      windows.arrange(placements);
      followTalkToggle();
    },
    logger,
  });
  const makeBundle = async (): Promise<string> =>
    options.makeBundle({
      shell: 'electron',
      displays: await displays.read(),
      graphics: app.getGPUFeatureStatus(),
      hasKeyStore: credentialPlace === 'keyStore',
    });
  const localPages = createSettingsPages({
    settings: options.settings,
    displays,
    isFixed: { surfaces: options.surfaces.length > 0, hub: options.hubIsFixed },
    isKiosk,
    placed: () => arranger.placed(),
    onChanged() {
      void arranger.arrange();
      followTalkToggle();
      desktop.refresh();
    },
    hasGlobalKeys: true,
    isTalkToggleTaken: talkToggle.isTaken,
    credentialPlace: () => credentialPlace,
    finder: options.finder,
    makeBundle,
    startAtSignIn(on) {
      if (process.platform === 'linux') options.setSignInEntry(on);
      else app.setLoginItemSettings({ openAtLogin: on });
    },
    leave() {
      logger.info('the surfaces were left with the supervisor’s code');
      app.quit();
    },
  });
  const desktop = createDesktop({
    electron,
    language: () => options.settings.read().language,
    isKiosk,
    hasDesk: () => arranger.placed().some(({ surface }) => surface === 'desk'),
    showWindows: () => windows.raise(),
    openPage: (path) => windows.openPage(path),
    makeBundle,
    logger,
  });
  const graphics = createGraphicsWatch(() => {
    logger.error('the graphics card failed; the processor draws from now on');
    windows.reload('graphicsLost');
    desktop.notify('graphicsLost');
  });

  const end = async (): Promise<void> => {
    ending = 'under way';
    talkToggle.use(undefined);
    arranger.close();
    desktop.close();
    await windows.closeAll();
    await locator.stop();
    ending = 'done';
    app.quit();
  };

  return {
    async start() {
      app.setPath('userData', join(options.profilesDir, 'electron'));
      if (!app.requestSingleInstanceLock()) {
        logger.info('another instance of this program is running; its windows are brought to the front');
        app.quit();
        return false;
      }
      if (options.hasOutdatedLink) logger.warn(outdatedLinkMessage);
      setSwitches(electron, options.hub.origin);
      registerLocalScheme(electron.protocol);
      app.on('second-instance', () => windows.raise());
      app.on('window-all-closed', () => app.quit());
      app.on('before-quit', (event) => {
        if (ending === 'done') return;
        // The hub that was started here ends first, so that nothing stays behind.
        event.preventDefault();
        if (ending === 'no') void end();
      });
      app.on('web-contents-created', (_event, contents) => guardContents(contents, () => hubOrigin));

      await app.whenReady();
      guardSession(electron.session.defaultSession, () => hubOrigin);
      recogniseHub(electron.session.defaultSession, options.trust.isCertificate);
      serveLocalPages(electron.session.defaultSession, localPages, windows.showAgain, windows.frontDisplay);
      const credentials = createCredentialStore({
        cookies: electron.session.defaultSession.cookies,
        safeStorage: electron.safeStorage,
        path: join(options.profilesDir, 'credentials'),
        logger,
      });
      credentialPlace = credentials.place;
      await credentials.restore();
      desktop.refresh();
      electron.powerSaveBlocker.start('prevent-display-sleep');
      electron.ipcMain.handle(readDisplaysChannel, (event) => {
        return isOfOrigin(event.senderFrame?.url ?? '', hubOrigin) ? readDisplays(screen) : [];
      });
      app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
        // Chromium starts it again by itself, after some failures with drawing by the processor.
        logger.error({ type, reason, exitCode }, 'a process of the browser ended');
      });
      app.on('gpu-info-update', () => graphics.check(app.getGPUFeatureStatus().gpu_compositing));
      await arranger.start();
      if (credentialPlace === 'browser') desktop.notify('noKeyStore');
      void locator.look();
      return true;
    },
    quit: () => app.quit(),
  };
}

/** Chromium's own errands reach for the outside, which a closed network does not have. */
function setSwitches({ app }: ElectronModule, hubOrigin: string): void {
  for (const name of ['disable-quic', 'disable-background-networking', 'disable-component-update']) {
    app.commandLine.appendSwitch(name);
  }
  const trusted = originToTrust(hubOrigin);
  if (trusted !== undefined)
    app.commandLine.appendSwitch('unsafely-treat-insecure-origin-as-secure', trusted);
}

function readDisplays(screen: ElectronModule['screen']): BridgeDisplay[] {
  const primaryId = screen.getPrimaryDisplay().id;
  return orderDisplays(screen.getAllDisplays()).map(({ id, label, bounds }, index) => ({
    number: index + 1,
    label,
    bounds,
    isPrimary: id === primaryId,
  }));
}

function readElectronDisplays(screen: ElectronModule['screen']): DisplaySource {
  return {
    read: () =>
      Promise.resolve({ displays: screen.getAllDisplays(), primaryId: screen.getPrimaryDisplay()?.id ?? 0 }),
    onChange(callback) {
      screen.on('display-added', callback);
      screen.on('display-removed', callback);
      screen.on('display-metrics-changed', callback);
    },
    close: () => undefined,
  };
}
