import type { Transport } from 'mediasoup-client/types';

/** Resolves when a transport is connected, at the latest after `limitMs`. */
export function connectedWithin(transport: Transport, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      transport.off('connectionstatechange', check);
      resolve();
    };
    const check = (): void => {
      if (transport.connectionState === 'connected') finish();
    };
    const timer = setTimeout(finish, limitMs);
    transport.on('connectionstatechange', check);
    check();
  });
}
