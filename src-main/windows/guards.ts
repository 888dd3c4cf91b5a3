import type { Session, WebContents } from 'electron';
import { isOfOrigin } from '../hub/hubAddress.ts';
import { isLocalAddress } from './localPages.ts';

/** Lets a page of the hub use microphone and camera, and refuses every other permission to everybody. */
export function guardSession(session: Session, hubOrigin: () => string | undefined): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(permission === 'media' && isOfOrigin(details.requestingUrl, hubOrigin()));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return permission === 'media' && isOfOrigin(requestingOrigin, hubOrigin());
  });
  session.setDevicePermissionHandler(() => false);
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
