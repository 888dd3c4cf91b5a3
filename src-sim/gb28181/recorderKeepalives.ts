import { unaskedCatalogue, type ListedChannel } from './recorderMessages.ts';
import type { RecorderHabits } from './recorderHabits.ts';
import type { RecorderSignals } from './recorderSignals.ts';

export interface RecorderKeepalivesOptions {
  settings: { recorderId: string; channels: readonly ListedChannel[] };
  habits: RecorderHabits;
  signals: Pick<RecorderSignals, 'move'>;
  /** A MESSAGE of its own. */
  say(body: string): void;
}

const usualEveryMs = 60_000;

/** What a simulated recorder says by itself once it has registered, as its habits have it. */
export class RecorderKeepalives {
  readonly #options: RecorderKeepalivesOptions;
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  constructor(options: RecorderKeepalivesOptions) {
    this.#options = options;
  }

  get areSent(): boolean {
    return ['keepalives', 'emptyKeepalives'].includes(this.#options.habits.afterRegistration ?? '');
  }

  begin(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#say(), this.#options.habits.keepaliveEveryMs ?? usualEveryMs);
  }

  /** Its habits have changed. */
  again(): void {
    if (this.#timer !== undefined) this.begin();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #say(): Promise<void> {
    const { settings, habits, signals, say } = this.#options;
    if (!this.areSent) return;
    this.#sent += 1;
    if (this.#sent === habits.movesAfter) await signals.move();
    const { recorderId, channels } = settings;
    const keepalive = `<?xml version="1.0" encoding="GB2312"?><Notify><CmdType>Keepalive</CmdType><SN>${this.#sent}</SN><DeviceID>${recorderId}</DeviceID><Status>OK</Status></Notify>`;
    say(habits.afterRegistration === 'emptyKeepalives' ? '' : keepalive);
    const [channel] = channels;
    if (habits.unaskedItem === true && channel !== undefined)
      say(unaskedCatalogue({ recorderId, channel, habits }));
  }
}
