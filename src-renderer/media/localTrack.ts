import { onPageReturn } from '../ui/pageReturn.ts';
import { PermissionJudge, queryPermission } from '../ui/permissionAnswer.ts';

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

/** The track of one microphone or camera: opened, watched, and opened again when it was lost or taken. */
export class LocalTrack {
  readonly #options: LocalTrackOptions;
  readonly #judge: PermissionJudge;
  #track: MediaStreamTrack | undefined;
  #isWanted = false;
  #isAsking = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LocalTrackOptions) {
    this.#options = options;
    const permission = options.kind === 'audio' ? 'microphone' : 'camera';
    this.#judge = new PermissionJudge(() => queryPermission(permission));
    // A headset that was plugged in, a call that is over, a permission given in the settings: worth another try.
    const tryAgain = (): void => {
      if (this.#isWanted && !document.hidden && !this.#isUsable) void this.#open();
    };
    navigator.mediaDevices?.addEventListener('devicechange', tryAgain);
    onPageReturn({ window, document }, tryAgain);
    void queryPermission(permission).then((status) => status?.addEventListener('change', tryAgain));
  }

  get track(): MediaStreamTrack | undefined {
    return this.#track;
  }

  /** Opens the device; asked again, it tries again, also in the place of a track that another app took. */
  start(): void {
    this.#isWanted = true;
    if (!this.#isUsable) void this.#open();
  }

  stop(): void {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    this.#drop();
    this.#options.onState('off');
  }

  /** A phone may leave a track muted for ever after a call, or end it without a word. */
  get #isUsable(): boolean {
    return this.#track !== undefined && !this.#track.muted && this.#track.readyState === 'live';
  }

  async #open(): Promise<void> {
    if (this.#isAsking) return;
    const { kind, constraints, onState } = this.#options;
    clearTimeout(this.#retry);
    this.#isAsking = true;
    if (this.#track === undefined) onState('asking');
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: constraints });
      this.#judge.granted();
      const [track] = stream.getTracks();
      if (track === undefined) return this.#later();
      if (!this.#isWanted) {
        track.stop();
        return;
      }
      this.#take(track);
    } catch (error) {
      await this.#failed(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #take(track: MediaStreamTrack): void {
    const { onState, onTrack } = this.#options;
    this.#drop();
    this.#track = track;
    track.addEventListener('ended', () => {
      if (this.#track !== track) return;
      this.#drop();
      onState('lost');
      this.#later();
    });
    track.addEventListener('mute', () => {
      if (this.#track !== track) return;
      onState('taken');
      this.#later();
    });
    track.addEventListener('unmute', () => {
      if (this.#track === track) onState('ready');
    });
    onState(track.muted ? 'taken' : 'ready');
    if (track.muted) this.#later();
    onTrack(track);
  }

  async #failed(error: unknown): Promise<void> {
    const state = await this.#failureOf(error);
    if (!this.#isWanted) return;
    // A track that is there still may be given back.
    if (this.#track !== undefined && this.#isUsable) return;
    this.#options.onState(state);
    // A person who refused, or who closed the question, is not asked over and over; `start` asks again.
    if (state !== 'denied' && state !== 'off') this.#later();
  }

  #later(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (!this.#isWanted || this.#isUsable) return;
      // A phone gives nothing to a page that nobody sees; its return is another try.
      if (document.hidden) return;
      void this.#open();
    }, retryMs);
  }

  #drop(): void {
    const track = this.#track;
    this.#track = undefined;
    track?.stop();
  }

  async #failureOf(error: unknown): Promise<DeviceState> {
    switch (error instanceof DOMException ? error.name : '') {
      case 'NotAllowedError':
      case 'SecurityError': {
        const answer = await this.#judge.refused();
        return answer === 'denied' ? 'denied' : answer === 'not_now' ? 'taken' : 'off';
      }
      case 'NotFoundError':
      case 'OverconstrainedError':
        return 'missing';
      default:
        // NotReadableError, AbortError: another app has it.
        return 'taken';
    }
  }
}
