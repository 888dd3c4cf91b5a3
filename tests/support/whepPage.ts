import type { Page } from 'playwright';

/** What a page received of a camera by WHEP, with the browser's own WebRTC and nothing of the product. */
export interface Received {
  /** Of the session, as the hub answered it: a path. */
  location: string;
  /** From the POST to the first decoded picture, milliseconds. */
  firstPictureMs: number;
}

/** Takes a camera; throws the hub's answer when it is no session. The page keeps the connection as `window.whep`. */
export function receiveByWhep(
  page: Page,
  wish: { hubUrl: string; cameraId: string; secret: string; stream?: 'main' | 'sub' },
): Promise<Received> {
  return page.evaluate(async ({ hubUrl, cameraId, secret, stream = 'sub' }) => {
    const connection = new RTCPeerConnection();
    connection.addTransceiver('video', { direction: 'recvonly' });
    connection.addTransceiver('audio', { direction: 'recvonly' });
    await connection.setLocalDescription(await connection.createOffer());
    const startedAtMs = performance.now();
    const answer = await fetch(`${hubUrl}/whep/${encodeURIComponent(cameraId)}?stream=${stream}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/sdp' },
      body: connection.localDescription?.sdp ?? '',
    });
    const text = await answer.text();
    if (answer.status !== 201) {
      connection.close();
      throw new Error(`${answer.status} ${text}`);
    }
    await connection.setRemoteDescription({ type: 'answer', sdp: text });
    Object.assign(window, { whep: connection });
    for (const untilMs = startedAtMs + 20_000; performance.now() < untilMs;) {
      const statistics = [...(await connection.getStats()).values()] as { framesDecoded?: number }[];
      if (statistics.some(({ framesDecoded = 0 }) => framesDecoded > 0)) {
        return {
          location: answer.headers.get('location') ?? '',
          firstPictureMs: performance.now() - startedAtMs,
        };
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('no picture came in 20 s');
  }, wish);
}

/** How many pictures the page has decoded, and whether the connection stands. */
export function whepState(page: Page): Promise<{ decoded: number; state: string }> {
  return page.evaluate(async () => {
    const { whep } = window as unknown as { whep: RTCPeerConnection };
    const statistics = [...(await whep.getStats()).values()] as { framesDecoded?: number }[];
    return {
      decoded: Math.max(0, ...statistics.map(({ framesDecoded = 0 }) => framesDecoded)),
      state: whep.connectionState,
    };
  });
}
