import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type {
  Platform,
  PlatformSettings,
  Recorder,
  TracedMessage,
} from '../../../src-shared/recorders/recorders.protocol.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { createRecorderMatches } from './recorderMatches.ts';
import type { RecorderStandings } from './recorderStandings.ts';
import type { ListedRecorder, RecordersService } from './recorders.service.ts';

export type RecorderRequestName = Extract<keyof RequestHandlers, `recorders:${string}`>;

/** What the SIP door knows of recorders. */
export interface RecorderSightings {
  learnedOf(recorderId: string): Pick<Recorder, 'make' | 'lastProblem'>;
  traceOf(recorderId: string): TracedMessage[];
  forget(recorderId: string): void;
  platform(): Promise<Platform>;
  /** Saves and carries out how recorders are received; undefined: as configured. */
  setPlatform(settings: PlatformSettings | undefined, actor: string): Promise<void>;
  /** `closed`: recorders are not received. `absent`: the recorder is not there. */
  askCatalogue(recorderId: string): 'asked' | 'absent' | 'closed';
}

/** Requests of administrators' desks about recorders. */
export function createRecorderHandlers(parts: {
  recorders: RecordersService;
  matches: ReturnType<typeof createRecorderMatches>;
  standings: Pick<RecorderStandings, 'sinceOf' | 'touched'>;
  sightings: RecorderSightings;
}): RequestHandlers<RecorderRequestName> {
  const { recorders, matches, standings, sightings } = parts;
  const find = (recorderId: string): ListedRecorder | undefined =>
    recorders.list().recorders.find((recorder) => recorder.recorderId === recorderId);
  const missing = (): Ack<never> =>
    refuse('not_found', 'There is no such recorder.', { reason: 'recorders.no_such_recorder' });
  const shown = (listed: ListedRecorder, matched: number): Recorder => {
    const { recorderId, name, isOnline, address, announcedItems, receivedItems, channels, learned } = listed;
    const { setsClock } = listed;
    const sinceMs = standings.sinceOf(recorderId);
    const protocol = recorders.directory.placeOf(recorderId)?.protocol;
    return {
      recorderId,
      name,
      isOnline,
      setsClock,
      asksSha256: learned.asksSha256 === true,
      receivedItems,
      channels: channels.length,
      matched,
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(address === undefined ? {} : { address }),
      ...(learned.way === undefined ? {} : { mediaWay: learned.way }),
      ...(learned.edition === undefined ? {} : { edition: learned.edition }),
      ...(protocol === undefined ? {} : { signalling: protocol }),
      ...(announcedItems === undefined ? {} : { announcedItems }),
      ...sightings.learnedOf(recorderId),
    };
  };
  return {
    async 'recorders:list'() {
      const { recorders: listed, waiting } = recorders.list();
      const counts = await matches.counts();
      return ok({
        platform: await sightings.platform(),
        recorders: listed.map((recorder) => shown(recorder, counts.get(recorder.recorderId) ?? 0)),
        waiting,
      });
    },
    async 'recorders:setPlatform'(context, { settings }) {
      await sightings.setPlatform(settings ?? undefined, deskName(context));
      standings.touched();
      return ok({ platform: await sightings.platform() });
    },
    async 'recorders:add'(context, recorder) {
      const { recorderId } = recorder;
      if (find(recorderId) !== undefined)
        return refuse('conflict', `The recorder ${recorderId} is entered already.`, {
          reason: 'recorders.already_there',
          id: recorderId,
        });
      const made = await recorders.add(recorder, deskName(context));
      standings.touched();
      return ok(made);
    },
    async 'recorders:change'(context, { recorderId, name, password, setsClock, asksSha256 }) {
      const before = find(recorderId);
      if (before === undefined) return missing();
      if (setsClock !== undefined && setsClock !== before.setsClock)
        await recorders.setClock(recorderId, setsClock, deskName(context));
      if (asksSha256 !== undefined && asksSha256 !== (before.learned.asksSha256 === true))
        await recorders.setSha256(recorderId, asksSha256, deskName(context));
      if (name === undefined && password === undefined) return ok({});
      const kept = recorders.directory.passwordOf(recorderId);
      const wanted = password === 'new' ? undefined : (password ?? kept);
      const made = await recorders.add(
        { recorderId, name: name ?? before.name, password: wanted },
        deskName(context),
      );
      standings.touched();
      return ok(made.password === kept ? {} : made);
    },
    async 'recorders:remove'(context, { recorderId }) {
      if (!(await recorders.remove(recorderId, deskName(context)))) return missing();
      sightings.forget(recorderId);
      standings.touched();
      return ok({});
    },
    'recorders:askCatalogue'(_context, { recorderId }) {
      if (find(recorderId) === undefined) return missing();
      const outcome = sightings.askCatalogue(recorderId);
      if (outcome === 'asked') return ok({});
      return outcome === 'absent'
        ? refuse('unavailable', 'The recorder has not registered.', { reason: 'recorders.not_online' })
        : refuse('unavailable', 'Recorders are not received.', { reason: 'recorders.not_received' });
    },
    async 'recorders:readChannels'(_context, { recorderId }) {
      if (recorderId === undefined)
        return ok(await matches.channels(recorders.list().recorders, { onlyFree: true }));
      const recorder = find(recorderId);
      return recorder === undefined ? missing() : ok(await matches.channels([recorder], { onlyFree: false }));
    },
    'recorders:match': (context, { matches: wanted }) =>
      matches.match(wanted, recorders.list().recorders, deskName(context)),
    'recorders:readTrace'(_context, { recorderId }) {
      if (find(recorderId) === undefined) return missing();
      return ok({ messages: sightings.traceOf(recorderId) });
    },
  };
}
