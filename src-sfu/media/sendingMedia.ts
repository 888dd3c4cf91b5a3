import type { types } from 'mediasoup';
import { ok, refuse, type Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../src-shared/protocol/index.ts';
import { bodyCamMemberId, bodyCamStreamId } from '../../src-shared/bodycam/bodycam.protocol.ts';
import type { ProducedRtpParameters } from '../../src-shared/talk/sending.protocol.ts';
import { createConnectionLife, type ConnectionLife } from '../base/connectionLife.ts';
import { followKeyRequests, type KeyRequests } from './keyRequests.ts';
import type { ProducerDirectory } from './producerDirectory.ts';
import type { Voices } from './voices.ts';
import type { MediaWorker } from './workerPool.ts';

/** What surfaces send: their voices, and the body cams of phones. Each has one transport for all of it. */
export interface SendingMedia extends ProducerDirectory {
  open(connectionId: string): Promise<Ack<OutputOf<'talk:openSending'>>>;
  connect(connectionId: string, input: InputOf<'talk:connectSending'>): Promise<Ack<Record<string, never>>>;
  restartIce(connectionId: string, transportId: string): Promise<Ack<OutputOf<'talk:restartSendingIce'>>>;
  produceVoice(
    connectionId: string,
    input: InputOf<'talk:produceVoice'>,
  ): Promise<Ack<OutputOf<'talk:produceVoice'>>>;
  /** Takes a voice of A-law for kitchens, paused; whoever asked closes it. */
  produceKitchenVoice(
    connectionId: string,
    input: InputOf<'kitchenTalk:produceVoice'>,
  ): Promise<Ack<{ producer: types.Producer; worker: MediaWorker }>>;
  produceBodyCam(
    connectionId: string,
    memberId: string,
    input: InputOf<'bodycam:produce'>,
  ): Promise<Ack<OutputOf<'bodycam:produce'>>>;
  /** The connection that a member's live picture comes from. */
  bodyCamSender(memberId: string): string | undefined;
  /** Ends what a member's phone sends of its body cam. */
  stopBodyCam(memberId: string): void;
  surfaceLeft(connectionId: string): void;
}

export interface SendingMediaEvents {
  bodyCamKinds(memberId: string, kinds: ('audio' | 'video')[], connectionId: string): void;
  /** Its transport or its worker is gone. */
  bodyCamLost(memberId: string): void;
  /** No packets of the picture come, or they come again. */
  bodyCamStalled(memberId: string, isStalled: boolean): void;
  /** Another connection sends the picture now, and this one's is closed. */
  bodyCamTakenOver(memberId: string, connectionId: string): void;
  /** The way to a sender stands, is lost and may come back by an ICE restart, or was closed by either end. */
  pathChanged(connectionId: string, state: 'connected' | 'disconnected' | 'closed'): void;
}

interface BodyCam {
  worker: MediaWorker;
  connectionId: string;
  producers: Map<'audio' | 'video', types.Producer>;
  keyRequests: KeyRequests | undefined;
}

interface Sending {
  worker: MediaWorker;
  transport: types.WebRtcTransport;
}

const maxVideoBitrate = 4_000_000;

export function createSendingMedia(voices: Voices, events: SendingMediaEvents): SendingMedia {
  const sendings = new Map<string, Sending>();
  const bodyCams = new Map<string, BodyCam>();
  /** The newest question of each connection: one that is overtaken closes what it made. */
  const opening = new Map<string, ConnectionLife>();

  const find = (connectionId: string, transportId: string): Sending | undefined => {
    const sending = sendings.get(connectionId);
    return sending?.transport.id === transportId && !sending.transport.closed ? sending : undefined;
  };
  const missing = (transportId: string): Ack<never> =>
    refuse('not_found', `There is no sending transport ${transportId}: it was closed. Open a new one.`, {
      reason: 'media.transport_was_closed',
    });
  const unusable = (error: unknown): Ack<never> =>
    refuse('bad_request', `The hub cannot take it so: ${(error as Error).message}.`, {
      reason: 'media.producing_failed',
    });
  const overtaken = (): Ack<never> =>
    refuse('conflict', 'Another sending transport was opened meanwhile. Use that one.', {
      reason: 'media.another_transport_was_opened',
    });
  const produce = async (
    { transport }: Sending,
    kind: 'audio' | 'video',
    rtpParameters: ProducedRtpParameters,
    paused: boolean,
  ): Promise<types.Producer> => {
    const producer = await transport.produce({
      kind,
      rtpParameters: rtpParameters as unknown as types.RtpParameters,
      paused,
    });
    // A producer that the worker made just before its transport closed emits no event when that transport closes.
    if (transport.closed) {
      producer.close();
      throw new Error('its transport was closed meanwhile');
    }
    return producer;
  };

  const close = (connectionId: string): void => {
    sendings.get(connectionId)?.transport.close();
    sendings.delete(connectionId);
    voices.drop(connectionId);
  };
  const stopBodyCam = (memberId: string): void => {
    const bodyCam = bodyCams.get(memberId);
    bodyCams.delete(memberId);
    for (const producer of bodyCam?.producers.values() ?? []) producer.close();
  };
  const watch = (memberId: string, kind: 'audio' | 'video', producer: types.Producer, cam: BodyCam): void => {
    producer.observer.once('close', () => {
      if (cam.producers.get(kind) !== producer) return;
      cam.producers.delete(kind);
      if (bodyCams.get(memberId) !== cam) return;
      // A body cam without its video track does not count as live.
      if (kind === 'audio') return events.bodyCamKinds(memberId, [...cam.producers.keys()], cam.connectionId);
      stopBodyCam(memberId);
      events.bodyCamLost(memberId);
    });
    if (kind === 'video') {
      producer.on('score', (scores) => {
        if (cam.producers.get(kind) !== producer || scores.length === 0) return;
        events.bodyCamStalled(
          memberId,
          scores.every(({ score }) => score === 0),
        );
      });
    }
  };

  const watchPath = (connectionId: string, transport: types.WebRtcTransport): void => {
    const notify = (state: 'connected' | 'disconnected' | 'closed'): void => {
      if (sendings.get(connectionId)?.transport === transport) events.pathChanged(connectionId, state);
    };
    transport.on('icestatechange', (state) => {
      if (state === 'connected' || state === 'completed') notify('connected');
      else if (state === 'disconnected') notify('disconnected');
    });
    transport.on('dtlsstatechange', (state) => {
      if (state === 'closed' || state === 'failed') notify('closed');
    });
    transport.observer.once('close', () => notify('closed'));
  };

  return {
    async open(connectionId) {
      const worker = voices.worker();
      if (worker === undefined) {
        return refuse('unavailable', 'No media worker runs at this moment. Try again in a second.', {
          reason: 'media.no_worker',
        });
      }
      // Ends when the connection does, and when it asks again: then what this question made is undone.
      const question = createConnectionLife();
      opening.get(connectionId)?.end();
      opening.set(connectionId, question);
      close(connectionId);
      try {
        const transport = await worker.router.createWebRtcTransport({
          webRtcServer: worker.webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          iceConsentTimeout: 20,
        });
        const forget = question.undoAtEnd(() => transport.close());
        transport.observer.once('close', forget);
        if (!transport.closed) await transport.setMaxIncomingBitrate(maxVideoBitrate);
        if (question.isOver()) return overtaken();
        sendings.set(connectionId, { worker, transport });
        watchPath(connectionId, transport);
        const { iceParameters, iceCandidates, dtlsParameters } = transport;
        const description = {
          transportId: transport.id,
          workerId: worker.workerId,
          iceParameters,
          iceCandidates,
          dtlsParameters,
        };
        return ok({ transport: description } as OutputOf<'talk:openSending'>);
      } catch (error) {
        if (question.isOver()) return overtaken();
        // What was made of it must not stay without anybody who knows of it.
        question.end();
        return refuse('unavailable', `No transport could be made: ${(error as Error).message}. Try again.`, {
          reason: 'media.transport_failed',
        });
      }
    },
    async connect(connectionId, { transportId, dtlsParameters }) {
      const sending = find(connectionId, transportId);
      if (sending === undefined) return missing(transportId);
      try {
        await sending.transport.connect({ dtlsParameters: dtlsParameters as types.DtlsParameters });
        return ok({});
      } catch (error) {
        return unusable(error);
      }
    },
    async restartIce(connectionId, transportId) {
      const sending = find(connectionId, transportId);
      if (sending === undefined) return missing(transportId);
      try {
        return ok({ iceParameters: await sending.transport.restartIce() });
      } catch (error) {
        return refuse('unavailable', `ICE could not be restarted: ${(error as Error).message}.`, {
          reason: 'media.connection_failed',
        });
      }
    },
    async produceVoice(connectionId, { transportId, rtpParameters }) {
      const sending = find(connectionId, transportId);
      if (sending === undefined) return missing(transportId);
      if (rtpParameters.codecs[0]?.mimeType.toLowerCase() !== 'audio/opus') {
        return refuse('unsupported', 'A voice must be Opus.', { reason: 'talk.voice_must_be_opus' });
      }
      try {
        voices.drop(connectionId);
        const producer = await produce(sending, 'audio', rtpParameters, true);
        await voices.adopt(connectionId, producer);
        return ok({ producerId: producer.id });
      } catch (error) {
        return unusable(error);
      }
    },
    async produceKitchenVoice(connectionId, { transportId, rtpParameters }) {
      const sending = find(connectionId, transportId);
      if (sending === undefined) return missing(transportId);
      const [codec] = rtpParameters.codecs;
      if (codec?.mimeType.toLowerCase() !== 'audio/pcma' || codec.clockRate !== 8_000)
        return refuse('unsupported', 'A voice for kitchens must be G.711 A-law.', {
          reason: 'kitchenTalk.voice_must_be_alaw',
        });
      try {
        const producer = await produce(sending, 'audio', rtpParameters, true);
        return ok({ producer, worker: sending.worker });
      } catch (error) {
        return unusable(error);
      }
    },
    async produceBodyCam(connectionId, memberId, { transportId, kind, rtpParameters }) {
      const sending = find(connectionId, transportId);
      if (sending === undefined) return missing(transportId);
      const known = bodyCams.get(memberId);
      const isItsOwn = known?.connectionId === connectionId && known.worker === sending.worker;
      if (kind === 'audio' && !(isItsOwn && known.producers.has('video'))) {
        return refuse('conflict', 'Send the picture first, then its sound.', {
          reason: 'bodycam.picture_first',
        });
      }
      const cam: BodyCam = isItsOwn
        ? known
        : { worker: sending.worker, connectionId, producers: new Map(), keyRequests: undefined };
      const before = cam.producers.get(kind);
      cam.producers.delete(kind);
      before?.close();
      try {
        const producer = await produce(sending, kind, rtpParameters, false);
        if (kind === 'video') cam.keyRequests = await followKeyRequests(producer);
        if (producer.closed) return missing(transportId);
        cam.producers.set(kind, producer);
        bodyCams.set(memberId, cam);
        // One sender at a time: the picture of one and the sound of another do not belong together.
        if (known !== undefined && known !== cam) {
          for (const other of known.producers.values()) other.close();
          if (known.connectionId !== connectionId) events.bodyCamTakenOver(memberId, known.connectionId);
        }
        watch(memberId, kind, producer, cam);
        events.bodyCamKinds(memberId, [...cam.producers.keys()], connectionId);
        return ok({ producerId: producer.id, streamId: bodyCamStreamId(memberId) });
      } catch (error) {
        return unusable(error);
      }
    },
    bodyCamSender: (memberId) => bodyCams.get(memberId)?.connectionId,
    stopBodyCam,
    surfaceLeft(connectionId) {
      opening.get(connectionId)?.end();
      opening.delete(connectionId);
      close(connectionId);
    },
    async find(streamId, kind) {
      if (streamId.startsWith('talk:')) {
        return kind === 'audio' ? voices.group(streamId.slice('talk:'.length)) : undefined;
      }
      const memberId = bodyCamMemberId(streamId);
      const cam = memberId === undefined ? undefined : bodyCams.get(memberId);
      const producer = cam?.producers.get(kind);
      if (cam === undefined || producer === undefined || producer.closed) return undefined;
      return {
        worker: cam.worker,
        producerId: producer.id,
        ...(kind === 'video' ? { keyRequests: cam.keyRequests } : {}),
      };
    },
    listen: () => () => undefined,
    catchUp: () => undefined,
  };
}
