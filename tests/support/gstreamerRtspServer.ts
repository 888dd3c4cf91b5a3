import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('gstreamerRtspServer.py', import.meta.url));

/** Whom the server lets in when it asks. */
export const gstreamerCredentials = { username: 'viewer', password: 'p@ss:word 1' } as const;

export interface GstreamerServer {
  port: number;
  /** `rtsp://127.0.0.1:PORT` */
  url: string;
  /** Ends it at once, as a power cut would. */
  stop(): Promise<void>;
}

/** Starts GStreamer's RTSP server; see the script for its streams. A port of 0 is any free one. */
export async function startGstreamerServer(
  options: { port?: number; authentication?: 'none' | 'basic' | 'digest' } = {},
): Promise<GstreamerServer> {
  const { port = 0, authentication = 'none' } = options;
  const child = spawn('/usr/bin/python3', [script, String(port), authentication], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const bound = /^ready (\d+)$/.exec(line)?.[1];
      if (bound !== undefined) return Number(bound);
    }
    throw new Error(
      'GStreamer’s RTSP server did not start. Is python3-gi with gir1.2-gst-rtsp-server-1.0 there?',
    );
  })();
  const boundPort = await ready;
  return {
    port: boundPort,
    url: `rtsp://127.0.0.1:${boundPort}`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
