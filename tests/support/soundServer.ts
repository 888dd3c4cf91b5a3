import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './processes.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A loudspeaker of the sound server. */
export interface VirtualLoudspeaker {
  unplug(): void;
  /** Listens from now on; the answer ends that, and says how loud it was at the loudest: 0 is silence, 1 the most there is. */
  listen(): () => Promise<number>;
}

/** A sound server without hardware, whose loudspeakers are plugged, unplugged and heard by a test. */
export interface SoundServer {
  /** The environment in which a browser plays there. */
  environment: Record<string, string>;
  /** A name without spaces, and what people read. */
  plug(name: string, label: string): VirtualLoudspeaker;
  stop(): Promise<void>;
}

/** Why there can be no sound server here, or undefined. */
export function noSoundServer(): string | undefined {
  const missing = ['pulseaudio', 'pactl', 'parec'].find(
    (program) => spawnSync('which', [program]).status !== 0,
  );
  return missing === undefined ? undefined : `skipped: no ${missing}`;
}

const samplesPerSecond = 8_000;
const fullScale = 32_768;

/** Starts PulseAudio in a folder of its own. Its default loudspeaker is the first one that is plugged. */
export async function startSoundServer(): Promise<SoundServer> {
  const folder = temporaryFolder('mingchu-sound-');
  const socket = join(folder, 'native');
  const environment = {
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    PULSE_RUNTIME_PATH: folder,
    PULSE_SERVER: `unix:${socket}`,
  };
  const env = { ...process.env, ...environment };
  const modules = [`module-native-protocol-unix auth-anonymous=1 socket=${socket}`, 'module-always-sink'];
  const server = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--use-pid-file=no',
      ...modules.map((one) => `--load=${one}`),
    ],
    { env, stdio: 'ignore' },
  );
  await eventually('the sound server', () => existsSync(socket));
  const pactl = (...args: string[]): string => execFileSync('pactl', args, { env, encoding: 'utf8' }).trim();

  return {
    environment,
    plug(name, label) {
      const properties = `device.description="${label}"`;
      const number = pactl(
        'load-module',
        'module-null-sink',
        `sink_name=${name}`,
        `sink_properties='${properties}'`,
      );
      return {
        unplug: () => void pactl('unload-module', number),
        listen() {
          const args = [`--device=${name}.monitor`, '--raw', '--format=s16le', '--channels=1'];
          const recorder = spawn('parec', [...args, `--rate=${samplesPerSecond}`, '--latency-msec=50'], {
            env,
            stdio: ['ignore', 'pipe', 'ignore'],
          });
          let loudest = 0;
          recorder.stdout.on('data', (bytes: Buffer) => {
            for (let at = 0; at + 1 < bytes.length; at += 2)
              loudest = Math.max(loudest, Math.abs(bytes.readInt16LE(at)) / fullScale);
          });
          return async () => {
            recorder.kill('SIGTERM');
            await once(recorder, 'exit');
            return loudest;
          };
        },
      };
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGTERM');
        await once(server, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
