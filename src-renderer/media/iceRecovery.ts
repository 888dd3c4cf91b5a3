import type { Transport } from 'mediasoup-client/types';
import { connectedWithin } from './connectedWithin.ts';
import { dataOf, type Signalling } from './signalling.ts';

/** Chromium reports `disconnected` after some seconds without answers. After this wait a short interruption is over. Milliseconds. */
const disconnectedGraceMs = 1_000;
const iceRestartMs = 4_000;

export interface RecoveryOptions {
  transport: Transport;
  signalling: Signalling;
  isClosed(): boolean;
  /** The connection did not come back: the transport is closed, and whoever receives through it opens a new one. */
  giveUp(): void;
}

/**
 * Recovers a transport that lost its connection. It restarts ICE with new credentials first, because every picture then stays where
 * it is; where that does not help, it gives the transport up.
 */
export function recoverConnection({ transport, signalling, isClosed, giveUp }: RecoveryOptions): void {
  let isRecovering = false;
  const isWell = (): boolean => transport.connectionState === 'connected';

  const restartIce = async (): Promise<void> => {
    const { iceParameters } = dataOf(
      await signalling.request('media:restartIce', { transportId: transport.id }, iceRestartMs),
    );
    const { iceLite, ...credentials } = iceParameters;
    await transport.restartIce({
      iceParameters: { ...credentials, ...(iceLite === undefined ? {} : { iceLite }) },
    });
    await connectedWithin(transport, iceRestartMs);
  };
  const recover = async (): Promise<void> => {
    if (isRecovering || isClosed() || isWell()) return;
    isRecovering = true;
    await restartIce().catch(() => undefined);
    isRecovering = false;
    if (!isWell()) giveUp();
  };

  transport.on('connectionstatechange', (state) => {
    if (state === 'disconnected') setTimeout(() => void recover(), disconnectedGraceMs);
    if (state === 'failed') void recover();
  });
}
