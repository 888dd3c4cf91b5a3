import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { createListeners } from '../../src-shared/listeners.ts';
import type { TalkGates } from '../features/talk/talk.ports.ts';
import type { Logger } from '../logger.ts';
import { createVoiceRewriter, type VoiceRewriter } from './voiceRewriter.ts';
import type { MediaWorker, WorkerPool } from './workerPool.ts';

/**
 * Voices and the groups they speak to. A group is one producer of the hub's own, which its listeners consume once; a
 * voice's packets come into the hub and go out to the one group it has the floor of. Every voice and group is on one worker.
 */
export interface Voices extends TalkGates {
  /** The worker that carries talk. Undefined for the moment after its death. */
  worker(): MediaWorker | undefined;
  /** The same for those who may be in another process. */
  findPlace(): Promise<{ workerId: string } | undefined>;
  /**
   * Called with the id of the worker that carries talk whenever it is another one, and at once with the present one;
   * undefined while no worker runs.
   */
  onPlaced(listener: (workerId: string | undefined) => void): void;
  /** Whether a speaker has a voice. */
  hasVoice(speakerId: string): boolean;
  /** Takes a paused audio producer as somebody's voice, in the place of an earlier one. */
  adopt(speakerId: string, producer: types.Producer): Promise<void>;
  drop(speakerId: string): void;
  /** The producer that carries a group; made at the first question. */
  group(groupId: string): Promise<{ worker: MediaWorker; producerId: string } | undefined>;
}

interface Voice {
  producer: types.Producer;
  tap: types.Consumer;
  groupId?: string;
}

interface Bus {
  producer: types.Producer;
  rewriter: VoiceRewriter;
  /** Something was passed on since the last silence. */
  isLoud: boolean;
  /** The silence after a talk goes on. */
  ending?: NodeJS.Timeout;
}

/** One worker's part: it goes when the worker dies. */
interface Home {
  worker: MediaWorker;
  transport: Promise<types.DirectTransport>;
  buses: Map<string, Promise<Bus | undefined>>;
  /** Those of them that are ready. */
  ready: Map<string, Bus>;
}

const opusPayloadType = 111;
/** So many follow a talk, as one may be lost on the way; one frame apart. */
const silentFrames = 3;
const frameMs = 20;

export function createVoices(options: { pool: WorkerPool; logger: Logger; nowMs(): number }): Voices {
  const { pool, logger, nowMs } = options;
  const voices = new Map<string, Voice>();
  /** Who speaks in a group, also while its producer is being made again. */
  const talkers = new Map<string, string>();
  const voiceChanged = createListeners<[speakerId: string, hasVoice: boolean]>();
  const passed = createListeners<[speakerId: string, atMs: number]>();
  const placed = createListeners<[workerId: string | undefined]>();
  let home: Home | undefined;
  /** The last worker that `placed` was notified of. */
  let notifiedWorkerId: string | undefined;

  const forgetVoice = (speakerId: string): void => {
    if (voices.delete(speakerId)) voiceChanged.notify(speakerId, false);
  };

  const notifyPlace = (): void => {
    const workerId = findHome()?.worker.workerId;
    if (workerId === notifiedWorkerId) return;
    notifiedWorkerId = workerId;
    placed.notify(workerId);
  };

  const findHome = (): Home | undefined => {
    if (home !== undefined && !home.worker.closed) return home;
    const worker = pool.list()[0];
    if (worker === undefined) return undefined;
    for (const speakerId of [...voices.keys()]) forgetVoice(speakerId);
    // The pool learns of a death just after the routers of the dead worker have closed.
    worker.router.observer.once('close', () => setImmediate(notifyPlace));
    home = {
      worker,
      transport: worker.router.createDirectTransport(),
      buses: new Map(),
      ready: new Map(),
    };
    // The failure is reported to whoever awaits the transport; without this line it would end the hub when nobody does.
    home.transport.catch(() => undefined);
    return home;
  };

  const makeBus = async (at: Home, groupId: string): Promise<Bus | undefined> => {
    const ssrc = randomInt(1, 0xffff_ffff);
    try {
      const transport = await at.transport;
      const producer = await transport.produce({
        kind: 'audio',
        rtpParameters: {
          codecs: [
            {
              mimeType: 'audio/opus',
              payloadType: opusPayloadType,
              clockRate: 48_000,
              channels: 2,
              parameters: { minptime: 10, useinbandfec: 1 },
            },
          ],
          encodings: [{ ssrc }],
          rtcp: { cname: 'talk' },
        },
      });
      const rewriter = createVoiceRewriter({ ssrc, payloadType: opusPayloadType });
      const bus: Bus = { producer, rewriter, isLoud: false };
      producer.observer.once('close', () => clearTimeout(bus.ending));
      at.ready.set(groupId, bus);
      return bus;
    } catch (error) {
      at.buses.delete(groupId);
      if (!at.worker.closed)
        logger.error(
          { err: error, groupId },
          'the media of a talk group could not be created; nobody can talk in it yet',
        );
      return undefined;
    }
  };

  const pass = (speakerId: string, voice: Voice, packet: Buffer): void => {
    if (voice.groupId === undefined || voices.get(speakerId) !== voice) return;
    if (talkers.get(voice.groupId) !== speakerId) return;
    const atMs = nowMs();
    passed.notify(speakerId, atMs);
    const bus = home?.ready.get(voice.groupId);
    const out = bus?.rewriter.pass(packet, atMs);
    if (bus === undefined || out === undefined) return;
    bus.isLoud = true;
    bus.producer.send(out);
  };

  /** The hub's own silence follows what was said last. */
  const sendSilence = (bus: Bus, frames: number): void => {
    if (bus.producer.closed) return;
    bus.producer.send(bus.rewriter.silence(nowMs()));
    if (frames > 1) bus.ending = setTimeout(() => sendSilence(bus, frames - 1), frameMs);
  };

  const endTalk = (bus: Bus | undefined): void => {
    if (bus === undefined || !bus.isLoud) return;
    bus.isLoud = false;
    clearTimeout(bus.ending);
    sendSilence(bus, silentFrames);
  };

  /** The worker does it in the order asked; that it died is seen elsewhere. */
  const quietly = (done: Promise<void>): void => void done.catch(() => undefined);

  const drop = (speakerId: string): void => {
    const voice = voices.get(speakerId);
    forgetVoice(speakerId);
    voice?.tap.close();
    voice?.producer.close();
  };

  pool.onWorkerReplaced(notifyPlace);

  return {
    worker: () => findHome()?.worker,
    async findPlace() {
      const worker = findHome()?.worker;
      return worker === undefined ? undefined : { workerId: worker.workerId };
    },
    onPlaced(listener) {
      placed.add(listener);
      notifyPlace();
      listener(notifiedWorkerId);
    },
    async adopt(speakerId, producer) {
      const at = findHome();
      if (at === undefined) throw new Error('no media worker runs at this moment');
      const transport = await at.transport;
      const tap = await transport.consume({
        producerId: producer.id,
        rtpCapabilities: at.worker.router.rtpCapabilities,
        paused: false,
      });
      if (producer.closed) {
        tap.close();
        throw new Error('its transport was closed meanwhile');
      }
      drop(speakerId);
      const voice: Voice = { producer, tap };
      voices.set(speakerId, voice);
      voiceChanged.notify(speakerId, true);
      tap.on('rtp', (packet) => pass(speakerId, voice, packet));
      producer.observer.once('close', () => {
        if (voices.get(speakerId) === voice) forgetVoice(speakerId);
      });
    },
    drop,
    async group(groupId) {
      const at = findHome();
      if (at === undefined) return undefined;
      const making = at.buses.get(groupId) ?? makeBus(at, groupId);
      at.buses.set(groupId, making);
      const bus = await making;
      if (bus === undefined || at.worker.closed) return undefined;
      return { worker: at.worker, producerId: bus.producer.id };
    },
    hasVoice: (speakerId) => voices.has(speakerId),
    setTalker(groupId, speakerId) {
      const before = talkers.get(groupId);
      const old = before === undefined ? undefined : voices.get(before);
      if (old?.groupId === groupId && before !== speakerId) {
        delete old.groupId;
        quietly(old.producer.pause());
      }
      const bus = home?.ready.get(groupId);
      endTalk(bus);
      if (speakerId === undefined) {
        talkers.delete(groupId);
        return;
      }
      talkers.set(groupId, speakerId);
      if (bus !== undefined) {
        clearTimeout(bus.ending);
        bus.rewriter.begin();
      }
      const voice = voices.get(speakerId);
      if (voice === undefined) return;
      voice.groupId = groupId;
      quietly(voice.producer.resume());
    },
    forget(groupId) {
      talkers.delete(groupId);
      const making = home?.buses.get(groupId);
      home?.buses.delete(groupId);
      home?.ready.delete(groupId);
      // One that is being made is closed when it is there.
      void making?.then((bus) => bus?.producer.close());
    },
    onVoiceChanged(listener) {
      voiceChanged.add(listener);
      for (const speakerId of voices.keys()) listener(speakerId, true);
    },
    onPassed: (listener) => void passed.add(listener),
  };
}
