import { watchAdvance } from '../../media/advancing.ts';

/** Without a picture by then, this phone has no way to the hub's media. Milliseconds. */
const firstPictureMs = 6_000;
/** Pictures that stand still for so long do not come back; segments go another way. Milliseconds. */
const givenUpAfterMs = 4_000;

/** Whether this phone can try to receive a picture by WebRTC. */
export function canReceiveLive(): boolean {
  return typeof RTCPeerConnection === 'function';
}

/**
 * Receives one softened copy by WebRTC into a video element, until the function that it answers is called. `path` is where the offer is
 * sent. `onMoving` says whether pictures advance now; `onOver`, that none come (any more), whatever the reason.
 */
export function receiveLive(
  element: HTMLVideoElement,
  path: string,
  { onMoving, onOver }: { onMoving: (isMoving: boolean) => void; onOver: () => void },
): () => void {
  const connection = new RTCPeerConnection();
  let session: string | undefined;
  let isOver = false;
  let stillSinceMs = performance.now() + firstPictureMs - givenUpAfterMs;

  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stopWatching();
    connection.close();
    element.srcObject = null;
    giveBack();
  };
  const giveBack = (): void => {
    // Another phone gets the place at once; a page that is closed sends it too.
    if (session !== undefined) fetch(session, { method: 'DELETE', keepalive: true }).catch(() => undefined);
    session = undefined;
  };
  const over = (): void => {
    if (isOver) return;
    end();
    onMoving(false);
    onOver();
  };
  const stopWatching = watchAdvance(
    () => element.getVideoPlaybackQuality().totalVideoFrames,
    (isMoving) => {
      const now = performance.now();
      if (isMoving) stillSinceMs = now;
      else if (now - stillSinceMs > givenUpAfterMs) return over();
      onMoving(isMoving);
    },
  );
  const start = async (): Promise<void> => {
    connection.addTransceiver('video', { direction: 'recvonly' });
    connection.addEventListener('track', ({ track }) => {
      element.srcObject = new MediaStream([track]);
      element.play().catch(() => undefined);
    });
    connection.addEventListener('connectionstatechange', () => {
      // The hub ends it at once where the kitchen may not be seen any more.
      if (['closed', 'failed', 'disconnected'].includes(connection.connectionState)) over();
    });
    await connection.setLocalDescription(await connection.createOffer());
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: connection.localDescription?.sdp ?? '',
    });
    if (answer.status !== 201) throw new Error(`live: ${answer.status}`);
    session = answer.headers.get('location') ?? undefined;
    const sdp = await answer.text();
    if (isOver) return giveBack();
    await connection.setRemoteDescription({ type: 'answer', sdp });
  };
  // Refused, or a phone whose WebRTC has no H.264: it plays segments.
  start().catch(over);
  return end;
}
