import { join } from 'node:path';
import type { Logger } from 'pino';
import { readDisplaysChannel, type BridgeDisplay } from './bridge.ts';
import { orderDisplays, planPlacements } from './displays.ts';
import type { ElectronModule } from './electronModule.ts';
import { guardContents, guardSession } from './guards.ts';
import { isOfOrigin, originToTrust } from './hubAddress.ts';
import { createHubLocator } from './hubLocator.ts';
import type { HubProcess, HubProcessEvents } from './hubProcess.ts';
import type { AskTicket } from './hubTickets.ts';
import { outdatedLinkMessage, type ShellOptions } from './shellOptions.ts';
import type { HubTrouble } from './troubles.ts';
import { createSurfaceWindows } from './windows.ts';

/** A display that is switched on reports itself several times in a row. */
const displaysSettleMs = 500;

export interface ApplicationOptions extends ShellOptions {
  preloadPath: string;
  logger: Logger;
  startHub(events: HubProcessEvents): HubProcess;
  probeHub(origin: string): Promise<HubTrouble | undefined>;
  askTicket: AskTicket;
  /** Each line of the log of the hub that was started here. */
  onHubLine(line: string): void;
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
  let settleTimer: NodeJS.Timeout | undefined;
  let ending: 'no' | 'under way' | 'done' = 'no';

  const locator = createHubLocator({
    wanted: options.hub,
    probe: options.probeHub,
    ...(options.hubIsNamed ? {} : { startHub: options.startHub }),
    onLine: options.onHubLine,
    logger,
    onReady(hub) {
      hubOrigin = hub.origin;
      windows.hubReady(hub);
    },
    onTrouble: (trouble) => windows.hubTrouble(trouble),
  });
  const windows = createSurfaceWindows({
    electron,
    appVersion: app.getVersion(),
    preloadPath: options.preloadPath,
    logger,
    askTicket: options.askTicket,
    lookForHub: () => void locator.look(),
  });

  const arrange = (): void => {
    const displays = screen.getAllDisplays();
    // A matrix switch can take all displays away for a moment; the surfaces wait for them to return.
    if (displays.length === 0 || ending !== 'no') return;
    const primaryId = screen.getPrimaryDisplay().id;
    const placements = planPlacements(displays, primaryId, options.surfaces, options.kiosk);
    logger.info(
      { displays: displays.length, surfaces: placements.map(({ key, mode }) => `${key} ${mode}`) },
      'surfaces were placed on the displays',
    );
    windows.arrange(placements);
  };
  const arrangeSoon = (): void => {
    clearTimeout(settleTimer);
    settleTimer = setTimeout(arrange, displaysSettleMs);
  };

  const end = async (): Promise<void> => {
    ending = 'under way';
    clearTimeout(settleTimer);
    windows.closeAll();
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
      electron.Menu.setApplicationMenu(null);
      electron.powerSaveBlocker.start('prevent-display-sleep');
      electron.ipcMain.handle(readDisplaysChannel, (event) => {
        return isOfOrigin(event.senderFrame?.url ?? '', hubOrigin) ? readDisplays(screen) : [];
      });
      screen.on('display-added', arrangeSoon);
      screen.on('display-removed', arrangeSoon);
      screen.on('display-metrics-changed', arrangeSoon);
      arrange();
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
