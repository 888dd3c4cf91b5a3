import type { types } from 'mediasoup';
import { ok, refuse, type Ack } from '../../src-shared/protocol/define.ts';
import type { SurfaceMedia, SurfaceMediaEvents } from '../features/media/media.ports.ts';
import { createConnectionLife } from '../base/connectionLife.ts';
import { cameraCapabilities } from './cameraCapabilities.ts';
import { describeConsumer, describeTransport } from './consumerDescriptions.ts';
import { raiseLater, smallestLayers } from './consumerLayers.ts';
import type { KeyRequests } from './keyRequests.ts';
import { passOnLosses } from './lossReports.ts';
import type { ProducerDirectory } from './producerDirectory.ts';
import type { MediaWorker, WorkerPool } from './workerPool.ts';

/** Consumers one surface may hold: a wall of 64 tiles with the next page ready beside it, and sound, fits twice. */
const maxConsumers = 512;
interface OpenConsumer {
  consumer: types.Consumer;
  transportId: string;
  streamId: string;
  keyRequests: KeyRequests | undefined;
  /** Until when pictures were passed on, Unix milliseconds. */
  seenUntilMs: number;
}

interface OpenTransport {
  worker: MediaWorker;
  transport: types.WebRtcTransport;
}

/** The mediasoup side of one surface. */
export function createSurfaceMedia(
  pool: WorkerPool,
  producers: ProducerDirectory,
  events: SurfaceMediaEvents,
  nowMs: () => number,
): SurfaceMedia {
  const transports = new Map<string, OpenTransport>();
  const consumers = new Map<string, OpenConsumer>();
  /** Workers on which a transport is being made: a second request must not slip in beside it. */
  const opening = new Set<string>();
  let pendingConsumers = 0;
  /** Slots for which a consumer is being made, each as `transportId/mid`: a second one must not slip in beside it. */
  const slotsBeingFilled = new Set<string>();
  const life = createConnectionLife();

  const transportMissing = (transportId: string): Ack<never> =>
    refuse('not_found', `There is no transport ${transportId}: it was closed. Create a new one.`, {
      reason: 'media.transport_was_closed',
    });

  /** The media worker drops packets for a transport that is not connected yet. */
  const isConnected = (transportId: string): boolean =>
    transports.get(transportId)?.transport.dtlsState === 'connected';

  const catchUp = (open: OpenConsumer): void => {
    passOnLosses(open.consumer, () => producers.lossReport?.(open.streamId));
    producers.catchUp(open.streamId, open.seenUntilMs);
  };
  const catchUpIfConnected = (open: OpenConsumer): void => {
    if (isConnected(open.transportId)) catchUp(open);
  };

  /** The streams that began to flow before the transport was connected. */
  const catchUpAll = (transportId: string): void => {
    for (const open of consumers.values()) {
      const { consumer } = open;
      if (open.transportId !== transportId || consumer.kind !== 'video' || consumer.paused) continue;
      catchUp(open);
    }
  };

  const dropTransport = (transportId: string): void => {
    const open = transports.get(transportId);
    transports.delete(transportId);
    open?.transport.close();
  };

  const each = async (
    consumerIds: string[],
    act: (open: OpenConsumer) => Promise<void>,
  ): Promise<{ missing: string[] }> => {
    const missing: string[] = [];
    await Promise.all(
      consumerIds.map(async (consumerId) => {
        const open = consumers.get(consumerId);
        if (open === undefined || open.consumer.closed) return void missing.push(consumerId);
        try {
          await act(open);
        } catch {
          // The worker died or the consumer was closed while it was asked: the surface is notified of either.
          missing.push(consumerId);
        }
      }),
    );
    return { missing };
  };

  return {
    async createTransport({ workerId, replaces }) {
      const worker = pool.find(workerId);
      if (worker === undefined) {
        return refuse(
          'not_found',
          `There is no media worker ${workerId}: it was replaced. Open the stream again.`,
          { reason: 'media.worker_was_replaced' },
        );
      }
      const already = [...transports.values()].some(
        ({ worker, transport }) => worker.workerId === workerId && transport.id !== replaces,
      );
      if (already || opening.has(workerId)) {
        return refuse(
          'conflict',
          'This surface already has its transport on that worker. Use it or close it.',
          { reason: 'media.transport_exists' },
        );
      }
      opening.add(workerId);
      try {
        const transport = await worker.router.createWebRtcTransport({
          webRtcServer: worker.webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          initialAvailableOutgoingBitrate: 20_000_000,
          iceConsentTimeout: 20,
        });
        transports.set(transport.id, { worker, transport });
        const follow = (state: types.DtlsState): void => {
          if (state !== 'connected') return;
          transport.off('dtlsstatechange', follow);
          catchUpAll(transport.id);
        };
        transport.on('dtlsstatechange', follow);
        const forget = life.undoAtEnd(() => transport.close());
        if (transport.closed) {
          transports.delete(transport.id);
          return refuse('unavailable', 'The connection ended while the transport was made.', {
            reason: 'session.connection_ended',
          });
        }
        transport.observer.once('close', () => {
          forget();
          transports.delete(transport.id);
        });
        return ok(describeTransport(transport, workerId));
      } catch (error) {
        return refuse(
          'unavailable',
          `The transport could not be made: ${(error as Error).message}. Try again.`,
          { reason: 'media.transport_failed' },
        );
      } finally {
        opening.delete(workerId);
      }
    },
    async connectTransport({ transportId, dtlsParameters }) {
      const open = transports.get(transportId);
      if (open === undefined) return transportMissing(transportId);
      try {
        await open.transport.connect({ dtlsParameters: dtlsParameters as types.DtlsParameters });
        return ok({});
      } catch (error) {
        return refuse('bad_request', `The transport cannot be connected so: ${(error as Error).message}.`, {
          reason: 'media.connection_failed',
        });
      }
    },
    async restartIce(transportId) {
      const open = transports.get(transportId);
      if (open === undefined) return transportMissing(transportId);
      try {
        return ok({ iceParameters: await open.transport.restartIce() });
      } catch (error) {
        return refuse('unavailable', `ICE could not be restarted: ${(error as Error).message}.`, {
          reason: 'media.connection_failed',
        });
      }
    },
    async closeTransport(transportId) {
      if (!transports.has(transportId)) return transportMissing(transportId);
      dropTransport(transportId);
      return ok({});
    },
    async consume({ streamId, transportId, kind, rtpCapabilities, mid, mayFlow }) {
      const open = transports.get(transportId);
      if (open === undefined) return transportMissing(transportId);
      const produced = await producers.find(streamId, kind);
      if (produced === undefined) {
        return refuse(
          'not_found',
          `Stream ${streamId} carries no ${kind} now. Open it again, or wait for it.`,
          { reason: 'media.nothing_to_consume' },
        );
      }
      if (produced.worker.workerId !== open.worker.workerId) {
        return refuse(
          'conflict',
          'The stream is on another worker than this transport. Open the stream again.',
          { reason: 'media.stream_on_another_worker' },
        );
      }
      if (consumers.size + pendingConsumers >= maxConsumers) {
        return refuse('too_many', `A surface may hold ${maxConsumers} consumers. Close some first.`, {
          reason: 'media.too_many_consumers',
          limit: maxConsumers,
        });
      }
      const received = rtpCapabilities as types.RtpCapabilities;
      const { keyRequests } = produced;
      const capabilities = keyRequests === undefined ? cameraCapabilities(received) : received;
      const isSlotted = kind === 'video' && keyRequests === undefined;
      const slot = `${transportId}/${mid}`;
      const isMidTaken =
        slotsBeingFilled.has(slot) ||
        [...consumers.values()].some(
          (other) => other.transportId === transportId && other.consumer.rtpParameters.mid === mid,
        );
      const isInSlot = mid !== undefined && isSlotted && !isMidTaken;
      const isFlowing = isInSlot && mayFlow === true;
      pendingConsumers += 1;
      if (isInSlot) slotsBeingFilled.add(slot);
      try {
        if (
          !open.worker.router.canConsume({ producerId: produced.producerId, rtpCapabilities: capabilities })
        ) {
          return refuse('unsupported', 'This browser cannot receive the codec of the stream.', {
            reason: 'media.codec_not_supported',
          });
        }
        const consumer = await open.transport.consume({
          producerId: produced.producerId,
          rtpCapabilities: capabilities,
          paused: !isFlowing,
          ...(isInSlot ? { mid } : {}),
          ...(keyRequests === undefined ? {} : { preferredLayers: smallestLayers }),
        });
        // A consumer that the worker made just before its transport closed emits no event when that transport closes.
        if (open.transport.closed) {
          consumer.close();
          return transportMissing(transportId);
        }
        if (keyRequests !== undefined && consumer.type === 'simulcast') raiseLater(consumer, keyRequests);
        const added: OpenConsumer = { consumer, transportId, streamId, keyRequests, seenUntilMs: 0 };
        consumers.set(consumer.id, added);
        const stopListening = kind === 'audio' ? producers.listen(streamId) : undefined;
        consumer.observer.once('close', () => {
          consumers.delete(consumer.id);
          stopListening?.();
        });
        consumer.on('producerclose', () => events.consumersClosed([consumer.id], streamId));
        // The answer first: of a whole page, the packets of one stream would hold up the answers of the others.
        if (isFlowing && kind === 'video') setImmediate(() => catchUpIfConnected(added));
        return ok({ ...describeConsumer(consumer), isSlotted, isFlowing });
      } catch (error) {
        return refuse(
          'unavailable',
          `The stream could not be passed on: ${(error as Error).message}. Try again.`,
          { reason: 'media.consuming_failed' },
        );
      } finally {
        pendingConsumers -= 1;
        if (isInSlot) slotsBeingFilled.delete(slot);
      }
    },
    resumeConsumers: (consumerIds) =>
      each(consumerIds, async (open) => {
        if (!open.consumer.paused) return;
        await open.keyRequests?.untilHeard();
        await open.consumer.resume();
        if (open.consumer.kind === 'video') catchUpIfConnected(open);
      }),
    pauseConsumers: (consumerIds) =>
      each(consumerIds, async (open) => {
        if (open.consumer.paused) return;
        await open.consumer.pause();
        if (isConnected(open.transportId)) open.seenUntilMs = nowMs();
      }),
    async closeConsumers(consumerIds) {
      const missing: string[] = [];
      for (const consumerId of consumerIds) {
        const open = consumers.get(consumerId);
        if (open === undefined) missing.push(consumerId);
        else open.consumer.close();
      }
      return { missing };
    },
    closeStream(streamId) {
      const closed = [...consumers.values()].filter((open) => open.streamId === streamId);
      for (const { consumer } of closed) consumer.close();
      // Whoever showed the picture gave it back; the sound may be on for another place of the surface, which asks for it again.
      const sounds = closed
        .filter(({ consumer }) => consumer.kind === 'audio')
        .map(({ consumer }) => consumer.id);
      if (sounds.length > 0) events.consumersClosed(sounds, streamId);
    },
    keepOnly(mayConsume) {
      for (const { consumer, streamId } of [...consumers.values()]) {
        if (mayConsume(streamId)) continue;
        consumer.close();
        events.consumersClosed([consumer.id], streamId);
      }
    },
    close: life.end,
  };
}
