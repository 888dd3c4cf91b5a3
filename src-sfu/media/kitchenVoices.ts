import type { types } from 'mediasoup';
import { ok, type Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../src-shared/protocol/index.ts';
import { frameSamples } from '../../src-shared/kitchenTalk/aLaw.ts';
import type { KitchenVoices } from '../features/kitchenTalk/kitchenTalk.ports.ts';
import { isRtpPacket, rtpPayloadEnd, rtpPayloadStart, rtpSequenceNumber } from './ingest/rtpPacket.ts';
import type { SendingMedia } from './sendingMedia.ts';
import type { MediaWorker } from './workerPool.ts';

/** The voices of desks for kitchens, as they are declared and taken away. */
export interface KitchenVoiceMedia extends KitchenVoices {
  produce(
    connectionId: string,
    input: InputOf<'kitchenTalk:produceVoice'>,
  ): Promise<Ack<OutputOf<'kitchenTalk:produceVoice'>>>;
  drop(connectionId: string): void;
}

interface Voice {
  producer: types.Producer;
  tap: types.Consumer;
  onPacket: ((packet: Buffer) => void) | undefined;
}

/** Takes what desks say in A-law out of the media worker as it is: nothing is decoded. */
export function createKitchenVoices(sending: Pick<SendingMedia, 'produceKitchenVoice'>): KitchenVoiceMedia {
  const voices = new Map<string, Voice>();
  const transports = new Map<MediaWorker, Promise<types.DirectTransport>>();
  const transportOf = (worker: MediaWorker): Promise<types.DirectTransport> => {
    const known = transports.get(worker);
    if (known !== undefined) return known;
    const made = worker.router.createDirectTransport();
    transports.set(worker, made);
    worker.router.observer.once('close', () => transports.delete(worker));
    made.catch(() => transports.delete(worker));
    return made;
  };
  const drop = (connectionId: string): void => {
    const voice = voices.get(connectionId);
    voices.delete(connectionId);
    voice?.tap.close();
    voice?.producer.close();
  };
  return {
    async produce(connectionId, input) {
      const made = await sending.produceKitchenVoice(connectionId, input);
      if (!made.ok) return made;
      const { producer, worker } = made.data;
      const transport = await transportOf(worker);
      const tap = await transport.consume({
        producerId: producer.id,
        rtpCapabilities: worker.router.rtpCapabilities,
        paused: false,
      });
      const before = voices.get(connectionId);
      drop(connectionId);
      // Somebody who speaks goes on with the new voice.
      const voice: Voice = { producer, tap, onPacket: before?.onPacket };
      voices.set(connectionId, voice);
      if (voice.onPacket !== undefined) void producer.resume().catch(() => undefined);
      tap.on('rtp', (packet) => voice.onPacket?.(packet));
      const forget = (): void => {
        if (voices.get(connectionId) === voice) voices.delete(connectionId);
      };
      producer.observer.once('close', forget);
      if (producer.closed) forget();
      return ok({ producerId: producer.id });
    },
    drop,
    has: (connectionId) => voices.has(connectionId),
    listen(connectionId, onFrame) {
      const voice = voices.get(connectionId);
      if (voice === undefined) return () => undefined;
      const onPacket = (packet: Buffer): void => {
        if (!isRtpPacket(packet)) return;
        const start = rtpPayloadStart(packet);
        const end = start === -1 ? -1 : rtpPayloadEnd(packet, start);
        // A browser packs 20 ms, unless it was asked for more.
        if (end - start === frameSamples) onFrame(rtpSequenceNumber(packet), packet.subarray(start, end));
      };
      voice.onPacket = onPacket;
      void voice.producer.resume().catch(() => undefined);
      return () => {
        const now = voices.get(connectionId);
        if (now?.onPacket !== onPacket) return;
        now.onPacket = undefined;
        void now.producer.pause().catch(() => undefined);
      };
    },
  };
}
