/** How a device of this machine does. `taken`: another app or a phone call has it now, and it comes back by itself. */
export type DeviceState = 'off' | 'asking' | 'ready' | 'denied' | 'missing' | 'lost' | 'taken';

export interface LocalTrackOptions {
  kind: 'audio' | 'video';
  constraints: MediaTrackConstraints;
  onState(state: DeviceState): void;
  /** A track is there, or another one than before. */
  onTrack(track: MediaStreamTrack): void;
}

/** A device that was lost is asked for again so often. Milliseconds. */
const retryMs = 3_000;

/** The track of one microphone or camera: opened, watched, and opened again when it was lost. */
export class LocalTrack {
  readonly #options: LocalTrackOptions;
  #track: MediaStreamTrack | undefined;
  #isWanted = false;
  #isAsking = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LocalTrackOptions) {
    this.#options = options;
    // A headset that was plugged in, a call that is over, a permission given in the settings: worth another try.
    const tryAgain = (): void => {
      if (this.#isWanted && this.#track === undefined && !document.hidden) void this.#open();
    };
    navigator.mediaDevices?.addEventListener('devicechange', tryAgain);
    document.addEventListener('visibilitychange', tryAgain);
  }

  get track(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /** Opens the device; asked again, it tries again. */
  start(): void {
    this.#isWanted = true;
    if (this.#track === undefined) void this.#open();
  }

  stop(): void {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    this.#drop();
    this.#options.onState('off');
  }

  async #open(): Promise<void> {
    if (this.#isAsking) return;
    const { kind, constraints, onState, onTrack } = this.#options;
    clearTimeout(this.#retry);
    this.#isAsking = true;
    onState('asking');
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: constraints });
      const [track] = stream.getTracks();
      if (track === undefined) return;
      if (!this.#isWanted) {
        track.stop();
        return;
      }
      this.#track = track;
      track.addEventListener('ended', () => {
        if (this.#track !== track) return;
        this.#drop();
        onState('lost');
        this.#later();
      });
      track.addEventListener('mute', () => {
        if (this.#track === track) onState('taken');
      });
      track.addEventListener('unmute', () => {
        if (this.#track === track) onState('ready');
      });
      onState(track.muted ? 'taken' : 'ready');
      onTrack(track);
    } catch (error) {
      const state = failureOf(error);
      onState(state);
      // Nobody is asked over and over who said no; `start` asks again.
      if (state !== 'denied') this.#later();
    } finally {
      this.#isAsking = false;
    }
  }

  #later(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (this.#isWanted && this.#track === undefined) void this.#open();
    }, retryMs);
  }

  #drop(): void {
    const track = this.#track;
    this.#track = undefined;
    track?.stop();
  }
}

function failureOf(error: unknown): DeviceState {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    default:
      // NotReadableError, AbortError: another app has it.
      return 'taken';
  }
}
