import { execFile, spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('gstreamerWhep.py', import.meta.url));
const python = '/usr/bin/python3';

/** Whether this machine has GStreamer's WebRTC with its bindings: gir1.2-gst-plugins-bad-1.0, gstreamer1.0-nice, gstreamer1.0-libav. */
export const hasGstreamerWhep =
  spawnSync(python, [
    '-c',
    [
      'import gi, sys',
      "gi.require_version('GstWebRTC', '1.0')",
      'from gi.repository import Gst, GstWebRTC',
      'Gst.init(None)',
      "sys.exit(any(Gst.ElementFactory.find(name) is None for name in ('webrtcbin', 'nicesrc', 'avdec_h264')))",
    ].join('\n'),
  ]).status === 0;

/** An address of this machine that is not its loopback, which GStreamer's ICE leaves out; undefined where there is none. */
export const outsideAddress = Object.values(networkInterfaces())
  .flat()
  .find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address;

/**
 * What GStreamer decoded of a camera that it took by WHEP. `problem` is empty where ten pictures and ten pieces of sound came, with
 * `isFirstEnough` one picture. `staysMs`: it takes the camera so long, whatever comes.
 */
export async function receiveByGstreamer(
  url: string,
  secret: string,
  { isFirstEnough = false, staysMs }: { isFirstEnough?: boolean; staysMs?: number } = {},
): Promise<{ pictures: number; sounds: number; firstPictureMs: number; problem: string }> {
  const until = staysMs !== undefined ? String(staysMs) : isFirstEnough ? 'first' : 'all';
  const { stdout } = await promisify(execFile)(python, [script, url, secret, until], { timeout: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as never;
}
