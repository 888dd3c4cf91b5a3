import type { Consumer, Transport } from 'mediasoup-client/types';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkerDescription } from '../../../../src-shared/media/media.protocol.ts';
import type { ReceivingDevice } from '../../../../src-renderer/media/receivingDevice.ts';
import type { Signalling } from '../../../../src-renderer/media/signalling.ts';
import { WorkerTransport } from '../../../../src-renderer/media/workerTransport.ts';

beforeAll(() => {
  vi.stubGlobal('MediaStream', class {});
});

/** A transport over a browser and a hub that say yes to everything, with what was asked of the hub. */
function opened(replaces?: string) {
  const asked: { name: string; input: unknown }[] = [];
  let consumers = 0;
  const answers: Record<string, () => unknown> = {
    'media:createTransport': () => ({ transportId: 'the-transport' }),
    'media:consume': () => ({ consumerId: String((consumers += 1)), producerId: 'p', kind: 'video' }),
    'media:closeTransport': () => ({}),
  };
  const browser = { closed: false };
  const transport: Partial<Transport> = {
    id: 'the-transport',
    connectionState: 'connected',
    on: () => transport as Transport,
    close: () => void (browser.closed = true),
    consume: ({ id }) =>
      Promise.resolve({
        id,
        track: {},
        rtpReceiver: undefined,
        close: () => undefined,
      } as unknown as Consumer) as never,
  };
  const closed = vi.fn();
  const worker = new WorkerTransport({
    worker: { workerId: 'w' } as WorkerDescription,
    device: {
      rtpCapabilities: () => Promise.resolve({}),
      createTransport: () => Promise.resolve(transport),
    } as unknown as ReceivingDevice,
    signalling: {
      request: (name: string, input: unknown) => {
        asked.push({ name, input });
        return Promise.resolve({ ok: true, data: answers[name]?.() });
      },
    } as unknown as Signalling,
    replaces,
    onClosed: closed,
  });
  const closedAtHub = (): boolean => asked.some(({ name }) => name === 'media:closeTransport');
  return { worker, asked, closed, closedAtHub, browser };
}

describe('the transport on one worker', () => {
  it('says which transport it replaces', async () => {
    const { worker, asked } = opened('the-old-one');
    await worker.consume('camera:sub');
    expect(asked[0]).toEqual({
      name: 'media:createTransport',
      input: { workerId: 'w', replaces: 'the-old-one' },
    });
  });

  it('is worn once it received as many streams as a wall shows in an hour, however few at once', async () => {
    const { worker } = opened();
    for (let turn = 1; turn < 500; turn += 1) (await worker.consume('camera:sub')).close();
    expect(worker.isWorn).toBe(false);
    (await worker.consume('camera:sub')).close();
    expect(worker.isWorn).toBe(true);
  });

  it('goes, retired, with the last stream it carries, here and at the hub', async () => {
    const { worker, closed, closedAtHub, browser } = opened();
    const [one, other] = [await worker.consume('one:sub'), await worker.consume('other:sub')];
    worker.retire();
    one.close();
    expect(closed).not.toHaveBeenCalled();
    other.close();
    expect(closed).toHaveBeenCalledOnce();
    expect(closedAtHub()).toBe(true);
    await vi.waitUntil(() => browser.closed);
  });

  it('waits, retired, for a stream that is being asked for', async () => {
    const { worker, closed } = opened();
    const coming = worker.consume('one:sub');
    worker.retire();
    expect(closed).not.toHaveBeenCalled();
    const track = await coming;
    await Promise.resolve();
    expect(closed).not.toHaveBeenCalled();
    track.close();
    expect(closed).toHaveBeenCalledOnce();
  });

  it('goes at once where it carries nothing, and notifies those who still receive when it is discarded', async () => {
    const idle = opened();
    (await idle.worker.consume('one:sub')).close();
    idle.worker.retire();
    expect(idle.closed).toHaveBeenCalledOnce();

    const busy = opened();
    const track = await busy.worker.consume('one:sub');
    busy.worker.discard();
    await track.lost;
    expect(busy.closedAtHub()).toBe(true);
  });
});
