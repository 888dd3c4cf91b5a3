import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Receiver } from '../../../../src-renderer/media/receiver.ts';
import type { Signalling } from '../../../../src-renderer/media/signalling.ts';

/** The stand-ins that were made: subscriptions by camera and stream, sinks by target, each with what was asked of it. */
interface Subscribed {
  streamId: string | undefined;
  workerId: string | undefined;
  consumerId: string | undefined;
  view: { status: unknown; keyPicture?: object; track?: { stream: object } };
  calls: string[];
  changed(): void;
}
interface Sink {
  calls: string[];
  clock: { firstPictureMs: number | undefined };
  hasPicture: boolean;
}
const made = vi.hoisted(() => ({
  subscriptions: new Map<string, Subscribed>(),
  sinks: new Map<string, Sink>(),
  closedTransports: 0,
}));
vi.mock('../../../../src-renderer/media/subscription.ts', () => ({
  Subscription: class {
    streamId: string | undefined;
    workerId: string | undefined;
    consumerId: string | undefined;
    view = { status: undefined };
    calls: string[] = [];
    changed: () => void = () => undefined;
    cameraId: string;
    stream: string;
    constructor(cameraId: string, stream: string) {
      this.cameraId = cameraId;
      this.stream = stream;
      made.subscriptions.set(`${cameraId}/${stream}`, this);
    }
    onChange(listener: () => void) {
      this.changed = listener;
    }
    restart = () => this.calls.push('restart');
    verify = () => Promise.resolve(void this.calls.push('verify'));
    close = () => this.calls.push('close');
    forgetKeyPicture = () => undefined;
    setFlowing = (isFlowing: boolean) => this.calls.push(`flowing ${isFlowing}`);
    statusArrived = ({ state }: { state: string }) => this.calls.push(`status ${state}`);
  },
}));
vi.mock('../../../../src-renderer/media/pictureSink.ts', () => ({
  PictureSink: class {
    calls: string[] = [];
    clock = { firstPictureMs: undefined };
    hasPicture = false;
    constructor({ targetId }: { targetId: string }) {
      made.sinks.set(targetId, this);
    }
    keepPicture = () => this.calls.push('keep');
    showKeyPicture = () => Promise.resolve(void this.calls.push('keyPicture'));
    halt = () => this.calls.push('halt');
    play = () => this.calls.push('play');
    keepBackdrop = () => undefined;
    close = (whenGone: () => void) => {
      this.calls.push('close');
      whenGone();
    };
  },
}));
vi.mock('../../../../src-renderer/media/receiveTransports.ts', () => ({
  ReceiveTransports: class {
    setWorkers = () => undefined;
    workerReplaced = () => undefined;
    consumersClosed = () => undefined;
    hasSlots = () => false;
    closeAll = () => void (made.closedTransports += 1);
  },
}));
vi.mock('../../../../src-renderer/media/receivingDevice.ts', () => ({
  ReceivingDevice: class {
    rtpCapabilities = () => Promise.resolve({});
  },
}));

let requests: { name: string; input: unknown }[];
let receiver: Receiver;
let reported: string[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: false });
  made.subscriptions.clear();
  made.sinks.clear();
  made.closedTransports = 0;
  requests = [];
  reported = [];
  const request = (name: string, input: unknown) => {
    requests.push({ name, input });
    return Promise.resolve({ ok: true, data: { keyPicture: { jpeg: new Uint8Array() } } });
  };
  receiver = new Receiver({
    signalling: { request } as unknown as Signalling,
    nowMs: () => 0,
    onReport: (targetId) => reported.push(targetId),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const show = (targetId: string, cameraId: string, live = true): (() => void) =>
  receiver.show({ targetId, cameraId, stream: 'sub', live, video: {}, canvas: {} } as never);
const subscription = (cameraId: string): Subscribed => {
  const found = made.subscriptions.get(`${cameraId}/sub`);
  if (found === undefined) throw new Error(`Nothing subscribed to ${cameraId}.`);
  return found;
};
const sink = (targetId: string): Sink => {
  const found = made.sinks.get(targetId);
  if (found === undefined) throw new Error(`Nothing was shown at ${targetId}.`);
  return found;
};
const keyPictures = (): unknown[] => requests.filter(({ name }) => name === 'cameras:getKeyPicture');

describe('the receiver of a page', () => {
  it('subscribes once to a stream, whoever shows it, and lets it go after the last one', async () => {
    const first = show('a', 'c1');
    const one = subscription('c1');
    const second = show('b', 'c1');
    expect(subscription('c1')).toBe(one);
    first();
    first();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(one.calls).not.toContain('close');
    second();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(one.calls.at(-1)).toBe('close');
  });

  it('keeps a stream that moves from one tile to another', async () => {
    const end = show('a', 'c1');
    const one = subscription('c1');
    end();
    show('b', 'c1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(subscription('c1')).toBe(one);
    expect(one.calls).not.toContain('close');
  });

  it('lets packets flow only while a live picture is shown, and never for a stream that is only held', () => {
    receiver.hold('c1', 'sub');
    show('a', 'c2', false);
    expect(subscription('c1').calls).not.toContain('flowing true');
    expect(subscription('c2').calls.at(-1)).toBe('flowing false');
    show('b', 'c2');
    expect(subscription('c2').calls.at(-1)).toBe('flowing true');
  });

  it('restarts everything on a new connection, and compares both sides on the same', () => {
    show('a', 'c1');
    receiver.snapshotArrived([], true);
    expect(subscription('c1').calls.at(-1)).toBe('restart');
    expect(made.closedTransports).toBe(1);
    receiver.snapshotArrived([], false);
    expect(subscription('c1').calls.at(-1)).toBe('verify');
    expect(made.closedTransports).toBe(1);
  });

  it('restarts only the streams of the worker that was replaced, or of the consumers that the hub closed', () => {
    show('a', 'c1');
    show('b', 'c2');
    Object.assign(subscription('c1'), { workerId: 'w1', consumerId: 'one' });
    Object.assign(subscription('c2'), { workerId: 'w2', consumerId: 'two' });
    receiver.workerReplaced({ workerId: 'w2', workers: [] });
    receiver.consumersClosed({ consumerIds: ['one', 'other'], streamId: 's1' });
    expect(subscription('c1').calls.filter((call) => call === 'restart')).toHaveLength(1);
    expect(subscription('c2').calls.filter((call) => call === 'restart')).toHaveLength(1);
  });

  it('copies each picture when the connection is lost', () => {
    show('a', 'c1');
    show('b', 'c2');
    receiver.connectionLost();
    expect(sink('a').calls).toContain('keep');
    expect(sink('b').calls).toContain('keep');
  });

  it('gives a change of a stream to its subscription alone, and the last key picture to those without a picture', async () => {
    show('a', 'c1');
    show('b', 'c2');
    Object.assign(subscription('c1'), { streamId: 's1' });
    Object.assign(subscription('c2'), { streamId: 's2' });
    receiver.streamChanged({ streamId: 's1', status: { state: 'connecting' } } as never);
    expect(keyPictures()).toEqual([]);
    receiver.streamChanged({ streamId: 's1', status: { state: 'live' } } as never);
    await vi.advanceTimersByTimeAsync(0);
    expect(subscription('c1').calls).toContain('status live');
    expect(subscription('c2').calls).not.toContain('status live');
    expect(keyPictures()).toEqual([{ name: 'cameras:getKeyPicture', input: { streamId: 's1' } }]);
    expect(sink('a').calls).toContain('keyPicture');
    sink('a').clock.firstPictureMs = 40;
    receiver.streamChanged({ streamId: 's1', status: { state: 'live' } } as never);
    expect(keyPictures()).toHaveLength(1);
  });

  it('refreshes a picture that is not live each second until it is closed', async () => {
    const end = show('a', 'c1', false);
    Object.assign(subscription('c1'), { streamId: 's1' });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(keyPictures()).toHaveLength(3);
    end();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(keyPictures()).toHaveLength(3);
  });

  it('plays the track in each live picture and reports each target that changed', () => {
    show('a', 'c1');
    show('b', 'c1', false);
    reported.length = 0;
    subscription('c1').view.track = { stream: { getVideoTracks: () => [{ id: 't1' }] } };
    subscription('c1').changed();
    expect(sink('a').calls.at(-1)).toBe('play');
    expect(sink('b').calls.at(-1)).toBe('halt');
    expect(reported).toEqual(['a', 'b']);
    expect(receiver.report('a')).toMatchObject({ cameraId: 'c1', live: true, trackId: 't1' });
    expect(receiver.report('nowhere')).toBeUndefined();
  });

  it('has no sound of a stream that is not open', async () => {
    await expect(receiver.openSound('c1', 'main')).rejects.toMatchObject({ code: 'not_found' });
  });
});
