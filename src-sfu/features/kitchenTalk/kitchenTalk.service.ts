import { randomUUID } from 'node:crypto';
import { createListeners } from '../../../src-shared/listeners.ts';
import { toneMs } from '../../../src-shared/kitchenTalk/aLaw.ts';
import type { EarFault, KitchenSpeaking } from '../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import type {
  KitchenSpeaker,
  KitchenTalk,
  SpokenSentence,
} from '../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, NoticeOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Logger } from '../../logger.ts';
import { refuseEar } from './earRefusals.ts';
import { KitchenLine, type LineEnd } from './kitchenLine.ts';
import {
  EarError,
  type EarAddress,
  type Ears,
  type KitchenVoices,
  type SpokenCameras,
} from './kitchenTalk.ports.ts';
import type { BegunTalk, KitchenTalkRepository } from './kitchenTalk.repository.ts';

/** A desk that speaks, and who sits there. */
export interface Speaker extends KitchenSpeaker {
  connectionId: string;
  principal: object | null;
}

type Begun = OutputOf<'kitchenTalk:begin'>;
type Command = InputOf<'kitchenTalk:begin'>;

export interface KitchenTalkService {
  read(cameraId: string): Promise<Omit<OutputOf<'kitchenTalk:read'>, 'speakerId'>>;
  /** `takesOver`: also from another desk. `sentence`: the hub says it in place of the desk. */
  begin(
    speaker: Speaker,
    command: Command,
    how: { takesOver: boolean; sentence?: SpokenSentence },
  ): Promise<Ack<Begun>>;
  keep(speakerId: string, command: Command): Ack<Record<string, never>>;
  end(speakerId: string, command: Command): Ack<Record<string, never>>;
  /** The desk is gone, or somebody sits there who may not speak. */
  left(speakerId: string): void;
  /** A call for help came: desks that hear it speak to no kitchen any more. */
  emergency(hears: (connectionId: string) => boolean): void;
  speaking(): KitchenSpeaking[];
  onChanged(listener: (changed: NoticeOf<'kitchenTalk:changed'>) => void): void;
  /** Cameras may be gone, or reached in another way. */
  registryChanged(): void;
  /** Talks that ended since the start, by why. */
  counts(): Record<string, number>;
  /** Records what an earlier run of the hub did not end. */
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Site {
  siteId: string;
  line: KitchenLine;
  /** What is kept of the talk that goes on, once `kept` resolves. */
  begun: { talk: BegunTalk; kept: Promise<void> } | undefined;
  /** Answers the press that is being opened. */
  answer: PromiseWithResolvers<Ack<Begun>>;
}

/** Lets desks speak into kitchens: one desk at a time into each, and every talk ends. */
export function createKitchenTalkService(options: {
  repository: KitchenTalkRepository;
  /** The first one that serves an address is asked. */
  ears: readonly Ears[];
  voices: KitchenVoices;
  cameras: SpokenCameras;
  addressOf(cameraId: string): Promise<EarAddress | undefined>;
  logger: Logger;
  nowMs(): number;
}): KitchenTalkService {
  const { repository, ears, voices, cameras, addressOf, logger, nowMs } = options;
  const sites = new Map<string, Site>();
  const speakers = new Map<string, Speaker>();
  const changed = createListeners<[NoticeOf<'kitchenTalk:changed'>]>();
  const counts: Record<string, number> = {};
  const writes = new Set<Promise<void>>();
  const keep = (work: Promise<void>): void => {
    const done = work
      .catch((error: unknown) => logger.error({ err: error }, 'a talk into a kitchen could not be recorded'))
      .finally(() => writes.delete(done));
    writes.add(done);
  };
  const find = async (cameraId: string): Promise<{ address: EarAddress; ears: Ears } | undefined> => {
    const address = await addressOf(cameraId);
    const kind = address === undefined ? undefined : ears.find(({ serves }) => serves(address.url));
    return address === undefined || kind === undefined ? undefined : { address, ears: kind };
  };
  const shown = (siteId: string, { cameraId, speaker, phase, sentence }: KitchenTalk): KitchenSpeaking => ({
    siteId,
    cameraId,
    speaker: { speakerId: speaker.speakerId, name: speaker.name },
    phase,
    ...(sentence === undefined ? {} : { sentence: sentence.name }),
  });
  const ended = (site: Site, end: LineEnd): void => {
    counts[end.end] = (counts[end.end] ?? 0) + 1;
    const fault = faultOf(end.error);
    const { begun } = site;
    site.begun = undefined;
    if (begun !== undefined)
      keep(
        begun.kept.then(() =>
          repository.ended(begun.talk, {
            end: end.end,
            lengthMs: end.lengthMs,
            ...(fault === undefined ? {} : { fault }),
            ...(end.by === undefined ? {} : { by: end.by }),
          }),
        ),
      );
    if (end.error !== undefined && fault === undefined) site.answer.reject(end.error);
    else site.answer.resolve(refusalOf(end, fault));
    site.answer = newAnswer();
    const { talk } = site.line;
    changed.notify({
      siteId: site.siteId,
      ...(talk === undefined ? {} : { speaking: shown(site.siteId, talk) }),
      ended: {
        commandId: end.talk.commandId,
        speakerId: end.talk.speaker.speakerId,
        end: end.end,
        ...(fault === undefined ? {} : { fault }),
        ...(end.by === undefined ? {} : { by: end.by }),
      },
    });
  };
  const siteOf = (siteId: string): Site => {
    const known = sites.get(siteId);
    if (known !== undefined) return known;
    const site: Site = {
      siteId,
      begun: undefined,
      answer: newAnswer(),
      line: new KitchenLine({
        nowMs,
        async open(talk, how) {
          const principal = speakers.get(talk.speaker.speakerId)?.principal ?? null;
          const { cameraId, startedAtMs, sentence } = talk;
          // The ids of presses are those of desks: two desks may choose the same.
          const begun = {
            ...{ talkId: randomUUID(), cameraId, siteId, principal, startedAtMs },
            speaker: talk.speaker.name,
            ...(sentence === undefined ? {} : { sentence: sentence.name }),
          };
          const kept = repository.began(begun);
          site.begun = { talk: begun, kept };
          // It is awaited below; the camera is asked meanwhile.
          kept.catch(() => undefined);
          const found = await find(cameraId);
          if (found === undefined) throw new EarError('notReached', 'The camera is not in the registry.');
          const { signal } = how;
          signal.throwIfAborted();
          const ear = await found.ears.open(found.address, how);
          // The store may be slow; a camera is not kept busy by a key that was let go meanwhile.
          const close = (): void => ear.close();
          signal.addEventListener('abort', close);
          try {
            signal.throwIfAborted();
            await kept;
          } catch (error) {
            ear.close();
            throw error;
          } finally {
            signal.removeEventListener('abort', close);
          }
          return ear;
        },
        listen: (talk, onFrame) =>
          voices.listen(speakers.get(talk.speaker.speakerId)?.connectionId ?? '', onFrame),
        onPhase(talk) {
          if (talk.phase === 'tone') site.answer.resolve(ok({ toneMs }));
          changed.notify({ siteId, speaking: shown(siteId, talk) });
        },
        onEnded: (end) => ended(site, end),
      }),
    };
    sites.set(siteId, site);
    return site;
  };
  const ofCamera = (cameraId: string): Site | undefined => sites.get(cameras.siteOf(cameraId) ?? '');

  return {
    async read(cameraId) {
      const found = await find(cameraId);
      const ear = found === undefined ? ({ has: 'unknown' } as const) : await found.ears.read(found.address);
      const site = ofCamera(cameraId);
      const talk = site?.line.talk;
      return {
        ear,
        ...(site === undefined || talk === undefined ? {} : { speaking: shown(site.siteId, talk) }),
      };
    },
    async begin(speaker, { commandId, cameraId }, { takesOver, sentence }) {
      const siteId = cameras.siteOf(cameraId);
      if (siteId === undefined) return refuseEar('notReached');
      if (sentence === undefined && !voices.has(speaker.connectionId))
        return refuse('conflict', 'The hub has no voice of this desk for kitchens. Produce it first.', {
          reason: 'kitchenTalk.no_voice',
        });
      const { speakerId, name } = speaker;
      // A desk has one key: what it said elsewhere is over.
      for (const { siteId: other, line } of [...sites.values()]) {
        const { talk } = line;
        if (other !== siteId && talk?.speaker.speakerId === speakerId)
          line.put({ type: 'end', speakerId, commandId: talk.commandId });
      }
      const site = siteOf(siteId);
      const { talk } = site.line;
      if (talk?.commandId === commandId && talk.speaker.speakerId === speakerId) return site.answer.promise;
      const mayBegin = talk === undefined || takesOver || talk.speaker.speakerId === speakerId;
      if (!mayBegin) return busy(talk.speaker.name);
      speakers.set(speakerId, speaker);
      const verdict = site.line.put({
        type: takesOver ? 'takeOver' : 'begin',
        speaker: { speakerId, name },
        commandId,
        cameraId,
        ...(sentence === undefined ? {} : { sentence }),
      });
      if (verdict === 'over') return over();
      return site.answer.promise;
    },
    keep(speakerId, { commandId, cameraId }) {
      const verdict = ofCamera(cameraId)?.line.put({ type: 'keep', speakerId, commandId });
      return verdict === 'done' ? ok({}) : over();
    },
    end(speakerId, { commandId, cameraId }) {
      const siteId = cameras.siteOf(cameraId);
      // Also of a kitchen that nobody spoke into: its press may be overtaken by this.
      if (siteId !== undefined) siteOf(siteId).line.put({ type: 'end', speakerId, commandId });
      return ok({});
    },
    left(speakerId) {
      for (const { line } of [...sites.values()]) line.put({ type: 'left', speakerId });
      speakers.delete(speakerId);
    },
    emergency(hears) {
      for (const { line } of [...sites.values()]) {
        const speaker = speakers.get(line.talk?.speaker.speakerId ?? '');
        if (speaker !== undefined && hears(speaker.connectionId))
          line.put({ type: 'emergency', speakerId: speaker.speakerId });
      }
    },
    speaking: () =>
      [...sites.values()].flatMap(({ siteId, line }) =>
        line.talk === undefined ? [] : [shown(siteId, line.talk)],
      ),
    onChanged: (listener) => void changed.add(listener),
    registryChanged() {
      for (const { siteId, line } of [...sites.values()])
        if (line.talk !== undefined && cameras.siteOf(line.talk.cameraId) !== siteId)
          line.put({ type: 'close' });
    },
    counts: () => counts,
    async start() {
      for (const talk of await repository.left()) {
        counts['restarted'] = (counts['restarted'] ?? 0) + 1;
        keep(repository.ended(talk, { end: 'restarted' }));
      }
    },
    async close() {
      for (const { line } of [...sites.values()]) line.put({ type: 'close' });
      await Promise.all(writes);
    },
  };
}

/** The desk that pressed the key awaits it; where nobody does, a rejection must not end the hub. */
function newAnswer(): PromiseWithResolvers<Ack<Begun>> {
  const answer = Promise.withResolvers<Ack<Begun>>();
  answer.promise.catch(() => undefined);
  return answer;
}

function faultOf(error: unknown): EarFault | undefined {
  return error instanceof EarError ? error.fault : undefined;
}

/** What a press is answered with that ended before the camera had accepted. */
function refusalOf({ end, by }: LineEnd, fault: EarFault | undefined): Ack<never> {
  if (fault !== undefined) return refuseEar(fault);
  return end === 'taken' ? busy(by ?? '') : over();
}

function busy(by: string): Ack<never> {
  return refuse('conflict', `${by} is speaking into this kitchen.`, { reason: 'kitchenTalk.busy', by });
}

function over(): Ack<never> {
  return refuse('conflict', 'This talk is over. Press the key again.', { reason: 'kitchenTalk.over' });
}
