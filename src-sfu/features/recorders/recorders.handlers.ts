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

/** Messages from another address that are refused so long after it was found out why. Milliseconds. */
const sameProblemMs = 120_000;

/** What the SIP door knows of recorders. */
export interface RecorderSightings {
  learnedOf(recorderId: string): Pick<Recorder, 'make' | 'lastProblem'>;
  traceOf(recorderId: string): TracedMessage[];
  forget(recorderId: string): void;
  platform(): Promise<Platform>;
  /** Saves and carries out how recorders are received; undefined: as configured. */
  setPlatform(settings: PlatformSettings | undefined, actor: string): Promise<void>;
  /** `closed`: recorders are not received. `absent`: the recorder is not there. `tooSoon`: it was asked less than 3 s ago. */
  askCatalogue(recorderId: string): 'asked' | 'absent' | 'closed' | 'tooSoon';
}

/** Requests of administrators' desks about recorders. */
export function createRecorderHandlers(parts: {
  recorders: RecordersService;
  matches: ReturnType<typeof createRecorderMatches>;
  standings: Pick<RecorderStandings, 'onlineSinceOf'>;
  sightings: RecorderSightings;
}): RequestHandlers<RecorderRequestName> {
  const { recorders, matches, standings, sightings } = parts;
  const find = (recorderId: string): ListedRecorder | undefined =>
    recorders.list().recorders.find((recorder) => recorder.recorderId === recorderId);
  const missing = (): Ack<never> =>
    refuse('not_found', 'There is no such recorder.', { reason: 'recorders.no_such_recorder' });
  const shown = (listed: ListedRecorder, matched: number): Recorder => {
    const { recorderId, name, isOnline, address, announcedItems, receivedItems, channels, learned } = listed;
    const { setsClock, heardAtMs, clockOffsetMs } = listed;
    const sinceMs = isOnline ? standings.onlineSinceOf(recorderId) : heardAtMs;
    const { make, lastProblem } = sightings.learnedOf(recorderId);
    const problem = newestProblem(lastProblem, listed.misplaced);
    const protocol = recorders.directory.placeOf(recorderId)?.protocol;
    return {
      recorderId,
      name,
      isOnline,
      setsClock,
      asksSha256: learned.asksSha256 === true,
      alertsOnMotion: learned.alertsOnMotion === true,
      receivedItems,
      channels: channels.length,
      matched,
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(address === undefined ? {} : { address }),
      ...(learned.way === undefined ? {} : { mediaWay: learned.way }),
      ...(learned.subStream === undefined ? {} : { subStream: learned.subStream }),
      ...(learned.voice === undefined ? {} : { voice: learned.voice }),
      ...(learned.edition === undefined ? {} : { edition: learned.edition }),
      ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
      ...(protocol === undefined ? {} : { signalling: protocol }),
      ...(announcedItems === undefined ? {} : { announcedItems }),
      ...(make === undefined ? {} : { make }),
      ...(problem === undefined ? {} : { lastProblem: problem }),
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
      return ok({ platform: await sightings.platform() });
    },
    async 'recorders:add'(context, recorder) {
      const { recorderId } = recorder;
      if (find(recorderId) !== undefined)
        return refuse('conflict', `The recorder ${recorderId} is entered already.`, {
          reason: 'recorders.already_there',
          id: recorderId,
        });
      return ok(await recorders.add(recorder, deskName(context)));
    },
    async 'recorders:change'(context, { recorderId, name, password, ...set }) {
      const { setsClock, asksSha256, alertsOnMotion } = set;
      const before = find(recorderId);
      if (before === undefined) return missing();
      if (setsClock !== undefined && setsClock !== before.setsClock)
        await recorders.setClock(recorderId, setsClock, deskName(context));
      if (asksSha256 !== undefined && asksSha256 !== (before.learned.asksSha256 === true))
        await recorders.setSha256(recorderId, asksSha256, deskName(context));
      if (alertsOnMotion !== undefined && alertsOnMotion !== (before.learned.alertsOnMotion === true))
        await recorders.setMotionAlerts(recorderId, alertsOnMotion, deskName(context));
      if (name === undefined && password === undefined) return ok({});
      const kept = recorders.directory.passwordOf(recorderId);
      const wanted = password === 'new' ? undefined : (password ?? kept);
      const made = await recorders.add(
        { recorderId, name: name ?? before.name, password: wanted },
        deskName(context),
      );
      return ok(made.password === kept ? {} : made);
    },
    async 'recorders:remove'(context, { recorderId }) {
      if (!(await recorders.remove(recorderId, deskName(context)))) return missing();
      sightings.forget(recorderId);
      return ok({});
    },
    'recorders:askCatalogue'(_context, { recorderId }) {
      if (find(recorderId) === undefined) return missing();
      const outcome = sightings.askCatalogue(recorderId);
      if (outcome === 'asked') return ok({});
      if (outcome === 'tooSoon')
        return refuse('too_many', 'The recorder was asked for its catalogue less than 3 s ago.', {
          reason: 'recorders.asked_just_now',
        });
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
    'recorders:release': (context, { cameraId }) => matches.release(cameraId, deskName(context)),
    'recorders:readTrace'(_context, { recorderId }) {
      if (find(recorderId) === undefined) return missing();
      return ok({ messages: sightings.traceOf(recorderId) });
    },
  };
}

/** The newest of both. Refused messages from elsewhere are what shows that something is wrong with a recorder's place: that says more. */
function newestProblem(
  observed: Recorder['lastProblem'],
  misplaced: ListedRecorder['misplaced'],
): Recorder['lastProblem'] {
  if (observed === undefined || misplaced === undefined) return observed ?? misplaced;
  const isSame = observed.problem === 'other_address' && observed.atMs - misplaced.atMs < sameProblemMs;
  return isSame || misplaced.atMs >= observed.atMs ? misplaced : observed;
}
