import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalTrack, type DeviceState } from '../../../../src-renderer/media/localTrack.ts';

/** A microphone as a browser gives it. */
class Track extends EventTarget {
  muted = false;
  readyState = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
  happen(name: 'mute' | 'unmute' | 'ended'): void {
    if (name === 'ended') this.readyState = 'ended';
    else this.muted = name === 'mute';
    this.dispatchEvent(new Event(name));
  }
}

describe('the microphone of a phone', () => {
  let document: EventTarget & { hidden: boolean };
  let window: EventTarget;
  let given: Track[];
  let refusal: DOMException | undefined;
  let permission: PermissionState | undefined;
  let states: DeviceState[];
  let tracks: Track[];
  let microphone: LocalTrack;
  const settled = () => vi.advanceTimersByTimeAsync(1);
  const last = () => states.at(-1);
  const comeBack = (how: 'visibilitychange' | 'pageshow' | 'online'): void => {
    document.hidden = false;
    (how === 'visibilitychange' ? document : window).dispatchEvent(new Event(how));
  };

  beforeEach(() => {
    vi.useFakeTimers();
    document = Object.assign(new EventTarget(), { hidden: false });
    window = new EventTarget();
    given = [];
    refusal = undefined;
    permission = undefined;
    states = [];
    tracks = [];
    vi.stubGlobal('document', document);
    vi.stubGlobal('window', window);
    vi.stubGlobal('navigator', {
      permissions: {
        query: () =>
          permission === undefined
            ? Promise.reject(new TypeError('not known here'))
            : Promise.resolve(Object.assign(new EventTarget(), { state: permission })),
      },
      mediaDevices: Object.assign(new EventTarget(), {
        getUserMedia() {
          if (refusal !== undefined) return Promise.reject(refusal);
          const track = new Track();
          given.push(track);
          return Promise.resolve({ getTracks: () => [track] });
        },
      }),
    });
    microphone = new LocalTrack({
      kind: 'audio',
      constraints: {},
      onState: (state) => void states.push(state),
      onTrack: (track) => void tracks.push(track as unknown as Track),
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it.each(['visibilitychange', 'pageshow', 'online'] as const)(
    'is asked for again at %s after a call left it muted',
    async (how) => {
      microphone.start();
      await settled();
      document.hidden = true;
      given[0]?.happen('mute');
      expect(last()).toBe('taken');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(given, 'a hidden page asks for nothing').toHaveLength(1);
      comeBack(how);
      await settled();
      expect(tracks).toHaveLength(2);
      expect(given[0]?.readyState).toBe('ended');
      expect(last()).toBe('ready');
    },
  );

  it('is asked for again at the next press, whether the call muted it or ended it', async () => {
    microphone.start();
    await settled();
    given[0]?.happen('mute');
    microphone.start();
    await settled();
    expect(tracks).toHaveLength(2);
    given[1]?.happen('ended');
    expect(last()).toBe('lost');
    microphone.start();
    await settled();
    expect(tracks).toHaveLength(3);
    expect(last()).toBe('ready');
  });

  it('that the call gives back is the same one', async () => {
    microphone.start();
    await settled();
    given[0]?.happen('mute');
    given[0]?.happen('unmute');
    expect(last()).toBe('ready');
    comeBack('visibilitychange');
    microphone.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(given).toHaveLength(1);
  });

  it.each([
    ['denied', 'denied'],
    ['granted', 'taken'],
    ['prompt', 'off'],
    [undefined, 'off'],
  ] as const)('refused once with a permission that is %s is %s', async (its, state) => {
    permission = its;
    refusal = new DOMException('no', 'NotAllowedError');
    microphone.start();
    await settled();
    expect(last()).toBe(state);
  });

  it('is denied after the second refusal where the browser does not say', async () => {
    refusal = new DOMException('no', 'NotAllowedError');
    microphone.start();
    await settled();
    microphone.start();
    await settled();
    expect(last()).toBe('denied');
    refusal = undefined;
    microphone.start();
    await settled();
    expect(last()).toBe('ready');
  });

  it('keeps a track that came back while another one was refused', async () => {
    microphone.start();
    await settled();
    given[0]?.happen('mute');
    refusal = new DOMException('busy', 'NotReadableError');
    microphone.start();
    given[0]?.happen('unmute');
    await settled();
    expect(last()).toBe('ready');
    expect(microphone.track).toBe(given[0]);
  });
});
