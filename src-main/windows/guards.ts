import type { HIDDevice, Session, WebContents } from 'electron';
import { isOfOrigin } from '../hub/hubAddress.ts';
import { isLocalAddress } from './localPages.ts';

/** What a page of the hub may use: microphone and camera, the choice of a loudspeaker, headsets, and copying a text. */
const usedPermissions: ReadonlySet<string> = new Set([
  'media',
  'speaker-selection',
  'hid',
  'clipboard-sanitized-write',
]);
/** What every page has, whoever opened its window. */
export const safePreferences = {
  contextIsolation: true,
  nodeIntegration: false,
  sandbox: true,
  webviewTag: false,
  spellcheck: false,
} as const;
/** USB HID Usage Tables 1.5, page 0x0B: telephony devices, whose buttons hold the talk key. */
const telephonyPage = 0x0b;

/** Lets a page of the hub use microphone, camera, loudspeakers, headsets and the writing of a text to the clipboard; refuses everything else to everybody. */
export function guardSession(session: Session, hubOrigin: () => string | undefined): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(usedPermissions.has(permission) && isOfOrigin(details.requestingUrl, hubOrigin()));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return usedPermissions.has(permission) && isOfOrigin(requestingOrigin, hubOrigin());
  });
  const isHeadset = (device: HIDDevice): boolean =>
    device.collections.some(({ usagePage }) => usagePage === telephonyPage);
  session.setDevicePermissionHandler(
    ({ deviceType, origin, device }) =>
      deviceType === 'hid' && isOfOrigin(origin, hubOrigin()) && isHeadset(device as HIDDevice),
  );
  // Electron has no window in which somebody chooses: the first headset is the one that is plugged in.
  session.on('select-hid-device', (event, { deviceList, frame }, answer) => {
    event.preventDefault();
    const isHub = isOfOrigin(frame?.url ?? '', hubOrigin());
    answer(isHub ? deviceList.find(isHeadset)?.deviceId : undefined);
  });
}

/** Electron's words for a certificate: accept it, or go by what Chromium found. */
const acceptCertificate = 0;
const asChromiumSays = -3;

/** Accepts the certificate of the hub whose authority was compared; every other one as Chromium judges it. */
export function recogniseHub(session: Session, isHub: (pem: string, host: string) => boolean): void {
  session.setCertificateVerifyProc(({ certificate, hostname }, answer) => {
    answer(isHub(certificate.data, hostname) ? acceptCertificate : asChromiumSays);
  });
}

/** Keeps a page on the hub's origin: no other address, no new window, nothing embedded with rights of its own. */
export function guardContents(contents: WebContents, hubOrigin: () => string | undefined): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Of the page itself and of every frame in it.
  contents.on('will-frame-navigate', (details) => {
    // The forms of the shell's own pages lead to such pages; a page of the hub leads to none of them.
    if (isLocalAddress(details.url) && isLocalAddress(contents.getURL())) return;
    if (!isOfOrigin(details.url, hubOrigin())) details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (isLocalAddress(details.url) && isLocalAddress(contents.getURL())) return;
    if (!isOfOrigin(details.url, hubOrigin())) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/**
 * Lets a desk open further pages of the hub in windows of their own, such as a sheet to print, without the shell's bridge. They are printed by
 * Ctrl+P, for which Electron has no key of its own.
 */
export function letOpenPages(contents: WebContents, hubOrigin: () => string | undefined): void {
  contents.setWindowOpenHandler(({ url }) =>
    isOfOrigin(url, hubOrigin())
      ? {
          action: 'allow',
          overrideBrowserWindowOptions: { autoHideMenuBar: true, webPreferences: { ...safePreferences } },
        }
      : { action: 'deny' },
  );
  contents.on('did-create-window', ({ webContents: page }) => {
    page.on('before-input-event', (event, { type, code, control, alt, shift }) => {
      if (type !== 'keyDown' || code !== 'KeyP' || !control || alt || shift) return;
      event.preventDefault();
      page.print();
    });
  });
}
