import { readFileSync } from 'node:fs';
import { descendants } from '../processStatistics.ts';
import { startHubProcess, type HubProcess } from '../processes.ts';

/** A hub that is killed and started again on the same port and data, and knows since when it is up. */
export class ShiftHub {
  #hub: HubProcess;
  #output = '';
  readonly #settings: Record<string, string>;
  readonly url: string;
  readonly dataDir: string;
  /** By `performance.now()`. */
  upAtMs = performance.now();
  /** Counts the hub's lives, so that what was answered in one is known to have been before its end. */
  life = 1;

  private constructor(hub: HubProcess, settings: Record<string, string>) {
    this.#hub = hub;
    this.#settings = settings;
    this.url = hub.url;
    this.dataDir = hub.dataDir;
  }

  static async open(settings: Record<string, string>): Promise<ShiftHub> {
    return new ShiftHub(await startHubProcess({ settings }), settings);
  }

  /** What the hub wrote in all of its lives. */
  output(): string {
    return this.#output + this.#hub.output();
  }

  /** As `kill -9`; started again at once. `killsDuringStart`: it is killed once more so many milliseconds after it began to start. */
  async killAndStart(killsDuringStart?: number): Promise<void> {
    await this.#hub.kill();
    this.#output += this.#hub.output();
    this.life += 1;
    if (killsDuringStart !== undefined) {
      const before = new Set(descendants(process.pid));
      const starting = this.#start().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, killsDuringStart));
      const started = descendants(process.pid).filter((pid) => !before.has(pid));
      for (const pid of started.filter((one) => isHub(one))) process.kill(pid, 'SIGKILL');
      const hub = await starting;
      await hub?.kill();
    }
    this.#hub = await this.#start();
    this.upAtMs = performance.now();
  }

  /** A process of the hub by a word of its command line, such as `mediasoup-worker`; not the one named. */
  below(word: string, other?: number): number | undefined {
    return descendants(this.#hub.pid).find((pid) => pid !== other && commandLineOf(pid).includes(word));
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }

  #start(): Promise<HubProcess> {
    const port = Number(new URL(this.url).port);
    return startHubProcess({ dataDir: this.dataDir, port, settings: this.#settings });
  }
}

const isHub = (pid: number): boolean => commandLineOf(pid).includes('src-sfu/index.ts');

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
