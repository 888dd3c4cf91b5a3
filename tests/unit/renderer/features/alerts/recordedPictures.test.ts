import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openRecording } from '../../../../../src-renderer/features/alerts/recordedPictures.ts';

/** As much of a browser's media source as a recording uses: what is appended is one second of pictures. */
class MediaSourceOfTests extends EventTarget {
  readyState = 'closed';
  seconds = 0;
  constructor() {
    super();
    queueMicrotask(() => {
      this.readyState = 'open';
      this.dispatchEvent(new Event('sourceopen'));
    });
  }
  addSourceBuffer(): object {
    const buffer = Object.assign(new EventTarget(), {
      buffered: { length: 1, end: () => this.seconds },
      appendBuffer: () => {
        this.seconds += 1;
        queueMicrotask(() => buffer.dispatchEvent(new Event('updateend')));
      },
    });
    return buffer;
  }
  endOfStream(): void {
    this.readyState = 'ended';
  }
}

beforeEach(() => {
  vi.stubGlobal('MediaSource', MediaSourceOfTests);
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:of-tests');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Receives so many parts, and then the end or a broken connection. */
function receive(parts: number, end: 'ends' | 'breaks' | 'waits') {
  let left = parts;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      left -= 1;
      if (left >= 0) controller.enqueue(new Uint8Array(10));
      else if (end === 'ends') controller.close();
      else if (end === 'breaks') controller.error(new TypeError('network error'));
      else return new Promise<void>(() => undefined);
      return undefined;
    },
  });
  return openRecording('alert-1', () => Promise.resolve(new Response(body)));
}

it('says that a recording broke off midway, and keeps what had come', async () => {
  const { store } = receive(3, 'breaks');
  await vi.waitFor(() => expect(store.getState().isBroken).toBe(true));
  expect(store.getState()).toMatchObject({ state: 'playing', seconds: 3 });
});

it('is a problem where nothing came before it broke off', async () => {
  const { store } = receive(0, 'breaks');
  await vi.waitFor(() => expect(store.getState().state).toBe('problem'));
});

it('is not broken at its end, and not when the officer closes it', async () => {
  const whole = receive(2, 'ends');
  await vi.waitFor(() => expect(whole.store.getState().seconds).toBe(2));
  const closed = receive(1, 'waits');
  await vi.waitFor(() => expect(closed.store.getState().seconds).toBe(1));
  closed.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(whole.store.getState().isBroken).toBe(false);
  expect(closed.store.getState().isBroken).toBe(false);
});
