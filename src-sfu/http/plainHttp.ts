import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { hostNameOf } from '../../src-shared/network/hostHeader.ts';
import { clientAddressOf, plainAddress } from '../base/clientAddress.ts';

/** Where the same thing is over HTTPS; undefined where that is not known. */
export interface NeedsHttps {
  address: string | undefined;
}

/**
 * Plain HTTP where the hub has HTTPS too: for other machines it has only the page by which phones come to trust the hub, and the way
 * to HTTPS. A browser on the hub's own machine may use it, and so may a proxy that the settings name, which has HTTPS itself. This
 * lets nobody in: both must show who they are as everybody must.
 */
export type PlainHttp = (
  request: Pick<IncomingMessage, 'headers' | 'socket' | 'url'>,
) => NeedsHttps | undefined;

export function createPlainHttp(httpsPort: () => number | undefined): PlainHttp {
  return (request) => {
    const { headers, socket, url = '/' } = request;
    if ((socket as Partial<TLSSocket>).encrypted === true) return undefined;
    const from = plainAddress(socket.remoteAddress ?? '');
    if (from.startsWith('127.') || from === '::1') return undefined;
    const port = httpsPort();
    if (port === undefined) return undefined;
    if (plainAddress(clientAddressOf(request as IncomingMessage)) !== from) return undefined;
    const host = hostNameOf(headers.host);
    // A path only: what a client writes there otherwise would lead elsewhere.
    const isPath = /^\/(?![/\\])/.test(url);
    return { address: host === undefined || !isPath ? undefined : `https://${host}:${port}${url}` };
  };
}
