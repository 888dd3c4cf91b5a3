import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DutyMedia } from '../../../../src-renderer/media/dutyMedia.ts';

interface FakeTrack {
  enabled: boolean;
}
/** What the stand-ins of microphone, body cam, transport and listening were asked. */
const made = vi.hoisted(() => ({
  microphone: undefined as undefined | { onState(state: string): void; onTrack(track: object): void },
  listening: undefined as undefined | { consume(streamId: string): Promise<unknown> },
  heard: [] as [string, number][],
  muted: [] as boolean[],
  sent: [] as string[],
  bodyCam: [] as string[],
  /** Fails the next attempts to send. */
  failures: 0,
  transports: [] as { workerId: string; isClosed: boolean; close(): void; lose(): void }[],
  isMicrophoneStopped: false,
}));
vi.mock('../../../../src-renderer/media/localTrack.ts', () => ({
  LocalTrack: class {
    track: object | undefined;
    constructor(options: NonNullable<typeof made.microphone>) {
      made.microphone = {
        onState: options.onState,
        onTrack: (track) => {
          this.track = track;
          options.onTrack(track);
        },
      };
    }
    start = () => undefined;
    stop = () => void (made.isMicrophoneStopped = true);
  },
}));
vi.mock('../../../../src-renderer/media/bodyCamSending.ts', () => ({
  BodyCamSending: class {
    send = () => Promise.resolve(void made.bodyCam.push('send'));
    stop = () => made.bodyCam.push('stop');
    transportClosed = () => made.bodyCam.push('transportClosed');
  },
}));
vi.mock('../../../../src-renderer/media/talkListening.ts', () => ({
  TalkListening: class {
    constructor(ports: NonNullable<typeof made.listening>) {
      made.listening = ports;
    }
    listenTo = (streams: Map<string, number>) => (made.heard = [...streams]);
    mute = (isMuted: boolean) => made.muted.push(isMuted);
  },
}));
vi.mock('../../../../src-renderer/media/sendingTransport.ts', () => ({
  SendingTransport: class {
    workerId = 'w1';
    isClosed = false;
    #onClosed: () => void;
    constructor({ onClosed }: { onClosed(): void }) {
      this.#onClosed = onClosed;
      made.transports.push(this);
    }
    assigned = () => Promise.resolve(this.workerId);
    networkChanged = () => made.sent.push('networkChanged');
    close = () => void (this.isClosed = true);
    /** The transport is lost by itself. */
    lose = () => {
      this.isClosed = true;
      this.#onClosed();
    };
    send(kind: string) {
      if (made.failures > 0) {
        made.failures -= 1;
        return Promise.reject(new Error('refused'));
      }
      made.sent.push(kind);
      return Promise.resolve({ closed: false, track: undefined, replaceTrack: () => Promise.resolve() });
    }
  },
}));

let voices: boolean[];
let received: string[][];
let media: DutyMedia;

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(made, { heard: [], muted: [], sent: [], bodyCam: [], failures: 0, transports: [] });
  made.isMicrophoneStopped = false;
  voices = [];
  received = [];
  media = new DutyMedia({
    signalling: { request: () => new Promise(() => undefined) } as never,
    onMicrophone: () => undefined,
    onVoice: (hasVoice) => voices.push(hasVoice),
    onAudible: () => undefined,
    transports: {
      receiveSound: (workerId: string, streamId: string) => {
        received.push([workerId, streamId]);
        return Promise.resolve({}) as never;
      },
    },
  });
});
afterEach(() => void vi.useRealTimers());

const workers = [{ workerId: 'w1' }] as never;
/** A snapshot came. */
const arrive = async (more: object = {}): Promise<void> => {
  const arrival = { workers, talkWorkerId: undefined, isNewConnection: true, isSomebodySpeaking: false };
  media.snapshotArrived({ ...arrival, ...more });
  await vi.advanceTimersByTimeAsync(0);
};
const microphone = async (): Promise<FakeTrack> => {
  const track: FakeTrack = { enabled: true };
  made.microphone?.onTrack(track);
  await vi.advanceTimersByTimeAsync(0);
  return track;
};

describe('the media of somebody on duty', () => {
  it('send the voice once microphone and hub are there, in either order', async () => {
    await microphone();
    expect(made.sent).toEqual([]);
    await arrive();
    expect(made.sent).toEqual(['voice']);
    expect(voices.at(-1)).toBe(true);
  });

  it('keep a new microphone closed until the talk key opens it, and hear nothing meanwhile', async () => {
    const track = await microphone();
    expect(track.enabled).toBe(false);
    media.openMicrophone(true);
    expect(track.enabled).toBe(true);
    expect(made.muted).toEqual([true]);
    const next = await microphone();
    expect(next.enabled).toBe(true);
    media.openMicrophone(false);
    expect(next.enabled).toBe(false);
    expect(made.muted).toEqual([true, false]);
  });

  it('send the voice once over one connection, and again over a new one', async () => {
    await microphone();
    await arrive();
    await arrive({ isNewConnection: false });
    expect(made.sent).toEqual(['voice']);
    await arrive();
    expect(made.sent).toEqual(['voice', 'voice']);
    expect(made.transports.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  it('try again a second after a refusal', async () => {
    made.failures = 2;
    await microphone();
    await arrive();
    await vi.advanceTimersByTimeAsync(999);
    expect(made.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(made.sent).toEqual(['voice']);
  });

  it('have no voice while the connection is lost, and send nothing then', async () => {
    await microphone();
    await arrive();
    media.connectionLost();
    expect(voices.at(-1)).toBe(false);
    media.networkChanged();
    made.transports[0]?.lose();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(made.sent).toEqual(['voice']);
  });

  it('open a new transport after one was lost', async () => {
    await microphone();
    await arrive();
    made.transports[0]?.lose();
    expect(voices.at(-1)).toBe(false);
    expect(made.bodyCam).toContain('transportClosed');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(made.sent).toEqual(['voice', 'voice']);
  });

  it('drop their transport with the worker that was replaced, and not with another', async () => {
    await microphone();
    await arrive();
    media.workerReplaced({ workerId: 'w2', workers });
    expect(made.transports[0]?.isClosed).toBe(false);
    media.workerReplaced({ workerId: 'w1', workers });
    await vi.advanceTimersByTimeAsync(0);
    expect(made.transports[0]?.isClosed).toBe(true);
    expect(made.sent).toEqual(['voice', 'voice']);
  });

  it('hear talk groups by their streams, from the worker of talk', async () => {
    media.listenTo(new Map([['all', 0.5]]));
    expect(made.heard).toEqual([['talk:all', 0.5]]);
    const waiting = made.listening?.consume('talk:all');
    await vi.advanceTimersByTimeAsync(0);
    // Before the first snapshot nothing can be received.
    expect(received).toEqual([]);
    await arrive({ talkWorkerId: 'w2' });
    await waiting;
    expect(received).toEqual([['w2', 'talk:all']]);
  });

  it('find the worker of talk by sending where the hub did not say it', async () => {
    await arrive();
    await made.listening?.consume('talk:all');
    expect(received).toEqual([['w1', 'talk:all']]);
  });

  it('hear nothing while the hub has no media worker', async () => {
    await arrive({ workers: [] });
    await expect(made.listening?.consume('talk:all')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('stop everything when nobody is signed in any more', async () => {
    await microphone();
    await arrive();
    media.listenTo(new Map([['all', 1]]));
    media.stop();
    expect(made.isMicrophoneStopped).toBe(true);
    expect(made.heard).toEqual([]);
    expect(made.bodyCam).toContain('stop');
    expect(made.transports[0]?.isClosed).toBe(true);
    expect(voices.at(-1)).toBe(false);
  });
});
