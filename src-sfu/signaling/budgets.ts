import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RequestTable } from '../../src-shared/protocol/define.ts';
import { requests as allRequests, type InputOf, type RequestName } from '../../src-shared/protocol/index.ts';
import type { RefusalCause } from '../../src-shared/protocol/refusals.ts';
import { roomBytes } from './outbox.ts';

/** Requests one connection may make in a second; a wall of 64 tiles that starts again makes about 200. */
export const requestsPerSecond = 600;
/** A phone makes few: each of its requests counts for so many. */
export const phoneRequestWeight = 10;
/** A snapshot costs the hub as much as many requests, and a surface takes one when it comes and after notices were left out. */
export const joinRequestWeight = 30;
/** All connections of one account or screen may do together what so many may do: two desks and a wall that start together. */
const connectionsCounted = 3;
/**
 * Requests that all connections of one principal may make in a second, joining apart. A phone's requests count for so many more, so that
 * all connections of a member have what one has.
 */
export const requestsPerSecondOfPrincipal = connectionsCounted * requestsPerSecond;
const phonePrincipalWeight = connectionsCounted * phoneRequestWeight;
/** Bytes that all connections of one principal may send in a second; messages of surfaces have some hundred. */
export const bytesPerSecondOfPrincipal = 32 * 1024 * 1024;
/** SOS of one connection in a second, counted apart from everything else: a phone repeats it about once a second. */
export const emergenciesPerSecond = 10;
/** Messages of one connection in a second, refused ones too, beyond which it is ended. */
export const messagesPerSecond = 3_000;
/** Streams one screen may hold open: a wall of 64 tiles, main and sub, with the next page ready, and half as much again. */
export const maxStreams = 384;
/** Streams any other surface may hold open: a desk may keep a large part of the city warm. */
export const maxDeskStreams = 1_024;
/** Streams that all connections of one principal may hold open. */
export const maxPrincipalStreams = 2 * maxDeskStreams;
/** Rows that one member, or one desk, may have written in a minute; a phone that was offline for a day brings some hundred. */
export const rowsPerMinute = 1_000;
/**
 * Presses of the talk key of one member, or of one desk, in a minute: each makes the hub write who had the floor. Nobody presses
 * four times a second for a minute.
 */
export const pressesPerMinute = 240;
/** The same for all connections of one account. */
export const rowsPerMinuteOfPrincipal = connectionsCounted * rowsPerMinute;
export const pressesPerMinuteOfPrincipal = connectionsCounted * pressesPerMinute;
/** Positions that one member may report in a minute; one a second, and an hour of those that waited, stays below. */
export const positionsPerMinute = 4_000;
/** An SOS and what is done first about it: counted apart, so that neither is held up by what its sender sent besides. */
const emergencyRequests: ReadonlySet<string> = new Set<RequestName>([
  'squads:raiseEmergency',
  'squads:confirmEmergencyShown',
  'squads:acknowledgeEmergency',
]);

const definitions: RequestTable = allRequests;

/** Requests with large answers that one connection may have under way, and waiting for that. */
export const maxLargeRequests = 8;
export const maxWaitingRequests = 1_000;

/** Requests whose answer may be larger than 16 KiB: pictures, lists and snapshots; besides those whose definition says so (`isLarge`). */
const large: ReadonlySet<RequestName> = new Set<RequestName>([
  'session:join',
  'alerts:getSnapshot',
  'alerts:read',
  'alerts:readStatistics',
  'alerts:search',
  'cameras:getKeyPicture',
  'cameras:getPoster',
  'cameras:openStream',
  'cameras:openStreams',
  'cameras:readDirectory',
  'cameras:readHealth',
  'cascade:list',
  'cascade:readCameras',
  'citizens:readReports',
  'findings:falseAlarmRates',
  'findings:getOwnPictures',
  'findings:getPictures',
  'findings:listClauses',
  'findings:listOffenders',
  'findings:read',
  'findings:readOwn',
  'findings:search',
  'kitchenTalk:readSentence',
  'map:readSites',
  'map:readSettings',
  'onvif:list',
  'onvif:readPicture',
  'orders:rank',
  'orders:read',
  'orders:search',
  'public:readKitchens',
  'recorders:list',
  'recorders:readChannels',
  'recorders:readTrace',
  'sites:getAlertPicture',
  'sites:readAlerts',
  'squads:listEmergencies',
  'timeline:read',
  'talk:readHistory',
  'whip:listDevices',
]);

const isLarge = (name: RequestName): boolean => large.has(name) || definitions[name]?.isLarge === true;

/**
 * Requests whose definition does not say `writes`, and that make the hub write at least one row, into a table or into the audit log. Presses of the talk key are counted
 * apart, so that nobody is kept from speaking by what was written besides.
 */
const writing =
  /^(alerts:(work|saveKind)|wall:(?!report)\w+|squads:(save|remove|make|revoke|set|checkIn|stopSharing|acknowledge|end|signIn|lead)\w*|whip:(make|remove)\w+|bodycam:(ask|end)|orders:(create|direct|lead|override|saveSettings)|findings:(create|work|review|saveClause|saveTimes)|sites:(make|revoke|decide)\w+|public:(record|withdraw|save|draw)\w+|citizens:answer|showcase:(?!report)\w+|turning:(move|takeOver|savePreset|deletePreset)|kitchenTalk:(begin|takeOver|play|saveSentence|removeSentence)|recorders:(add|change|remove|match|release|setPlatform)|onvif:(search|signIn|place|takeOver|setMotionAlerts|forget)|cascade:(add|change|remove|share|shutPlatform|shutCamera|openCamera)|webhooks:(create|setState|delete|sendTest)|push:subscribe|shifts:(begin|work|override|writeNote))$/;

/** Rows that a request makes the hub write; positions are counted apart, for only the last of them is written. */
export function rowsOf(name: RequestName, input: unknown): number {
  if (name === 'squads:reportStatuses') return (input as InputOf<'squads:reportStatuses'>).changes.length;
  if (name === 'orders:report') return (input as InputOf<'orders:report'>).reports.length;
  if (name === 'findings:report') return (input as InputOf<'findings:report'>).reports.length;
  if (name === 'findings:answerOwn') return (input as InputOf<'findings:answerOwn'>).reports.length;
  if (name === 'sites:report') return (input as InputOf<'sites:report'>).reports.length;
  if (name === 'citizens:answer') return (input as InputOf<'citizens:answer'>).reportIds.length;
  const writes = definitions[name]?.writes === true || writing.test(name);
  return writes && !emergencyRequests.has(name) ? 1 : 0;
}

/** What all connections together are measured by. */
export interface Budgets {
  /** Undefined when the request may be made, else what to do instead. */
  refuses(
    asker: { connectionId: string; memberId: string | undefined; owner?: string; isPhone: boolean },
    name: string,
  ): Promise<string | undefined>;
  /** The same for what the request brings, once it is understood. */
  refusesContent(
    asker: { connectionId: string; memberId: string | undefined; owner?: string },
    name: RequestName,
    input: unknown,
  ): Promise<string | undefined>;
}

export function createBudgets(): Budgets {
  const requests = new RateLimiterMemory({ points: requestsPerSecond, duration: 1 });
  const ofPrincipal = new RateLimiterMemory({ points: requestsPerSecondOfPrincipal, duration: 1 });
  const emergencies = new RateLimiterMemory({ points: emergenciesPerSecond, duration: 1 });
  const rows = new RateLimiterMemory({ points: rowsPerMinute, duration: 60 });
  const presses = new RateLimiterMemory({ points: pressesPerMinute, duration: 60 });
  const rowsOfPrincipal = new RateLimiterMemory({ points: rowsPerMinuteOfPrincipal, duration: 60 });
  const pressesOfPrincipal = new RateLimiterMemory({ points: pressesPerMinuteOfPrincipal, duration: 60 });
  const positions = new RateLimiterMemory({ points: positionsPerMinute, duration: 60 });
  const isWithin = (limiter: RateLimiterMemory, key: string, points: number): Promise<boolean> =>
    limiter.consume(key, points).then(
      () => true,
      () => false,
    );
  return {
    async refuses({ connectionId, owner, isPhone }, name) {
      if (emergencyRequests.has(name)) {
        if (await isWithin(emergencies, `${name} ${connectionId}`, 1)) return undefined;
        return `More than ${emergenciesPerSecond} emergencies in a second. The first ones arrived.`;
      }
      const weight = name === 'session:join' ? joinRequestWeight : isPhone ? phoneRequestWeight : 1;
      if (!(await isWithin(requests, connectionId, weight))) {
        return `More than ${requestsPerSecond / weight} requests in a second. Slow down.`;
      }
      // A page that comes back may join, whatever the principal's other connections do: it may have an SOS to send.
      if (owner === undefined || name === 'session:join') return undefined;
      const ownWeight = isPhone ? phonePrincipalWeight : 1;
      if (await isWithin(ofPrincipal, owner, ownWeight)) return undefined;
      return `More than ${requestsPerSecondOfPrincipal / ownWeight} requests in a second from all your connections. Slow down.`;
    },
    async refusesContent({ connectionId, memberId, owner }, name, input) {
      // By member, so that a new connection brings no new budget; of an account all connections are counted besides.
      const key = memberId ?? connectionId;
      const account = memberId === undefined ? owner : undefined;
      const isWithinBoth = async (
        limiter: RateLimiterMemory,
        ofAccount: RateLimiterMemory,
        points: number,
      ): Promise<boolean> =>
        (await isWithin(limiter, key, points)) &&
        (account === undefined || (await isWithin(ofAccount, account, points)));
      if (name === 'squads:reportPositions') {
        const { length } = (input as InputOf<'squads:reportPositions'>).positions;
        if (await isWithin(positions, key, length)) return undefined;
        return `More than ${positionsPerMinute} positions in a minute. Send fewer, and later.`;
      }
      if (name === 'talk:requestFloor') {
        if (await isWithinBoth(presses, pressesOfPrincipal, 1)) return undefined;
        return `More than ${pressesPerMinute} presses in a minute. Wait a moment before the next.`;
      }
      if (name === 'cameras:openStreams') {
        // Each stream counts as the two requests that it saves; the request itself is counted.
        const { length } = (input as InputOf<'cameras:openStreams'>).streams;
        if (await isWithin(requests, connectionId, 2 * length - 1)) return undefined;
        return `More than ${requestsPerSecond} requests in a second. Slow down.`;
      }
      const written = rowsOf(name, input);
      if (written === 0 || (await isWithinBoth(rows, rowsOfPrincipal, written))) return undefined;
      return `More than ${rowsPerMinute} entries in a minute. Send the rest in a minute.`;
    },
  };
}

/** Why `refuses` refuses a request of this name, for surfaces. */
export function causeOfTooMany(name: string): RefusalCause {
  return {
    reason: emergencyRequests.has(name) ? 'session.too_many_emergencies' : 'session.too_many_requests',
  };
}

/** Why `refusesContent` refuses a request of this name, for surfaces. */
export function causeOfTooMuch(name: RequestName): RefusalCause {
  if (name === 'cameras:openStreams') return { reason: 'session.too_many_requests' };
  if (name === 'squads:reportPositions') return { reason: 'session.too_many_positions' };
  return name === 'talk:requestFloor'
    ? { reason: 'session.too_many_presses' }
    : { reason: 'session.too_many_entries', limit: rowsPerMinute };
}

/** Pictures come from memory or a file, and streams open one by one: making these answers takes no time worth a turn. */
const quick: ReadonlySet<RequestName> = new Set<RequestName>([
  'cameras:getKeyPicture',
  'cameras:getPoster',
  'cameras:openStream',
  'cameras:openStreams',
]);

/** Whether making the answer may take so long that it gets a turn of the event loop for itself. */
export function takesTurn(name: RequestName): boolean {
  return isLarge(name) && !quick.has(name);
}

/** What one connection has under way and holds open. */
export interface ConnectionLoad {
  /** Resolves when a request may begin; false when too many wait already. */
  enter(name: RequestName): Promise<boolean>;
  /** The request ended. */
  leave(name: RequestName): void;
  /** Lets requests begin that waited for room. */
  roomChanged(): void;
  /** The connection is gone: what waits never begins. */
  end(): void;
  /** Streams that are held open, by id. */
  streams: Set<string>;
  /** Streams that all connections of the principal hold open or are opening; this connection's own where no other is known. */
  heldByPrincipal(): number;
  /** Streams that are being opened, or whose request waits for its turn. */
  opening: number;
}

export function createConnectionLoad(waitingBytes: () => number): ConnectionLoad {
  const waiting: ((mayBegin: boolean) => void)[] = [];
  let underWay = 0;
  const next = (): void => {
    while (underWay < maxLargeRequests && waiting.length > 0 && waitingBytes() <= roomBytes) {
      underWay += 1;
      waiting.shift()?.(true);
    }
  };
  const load: ConnectionLoad = {
    enter(name) {
      if (!isLarge(name)) return Promise.resolve(true);
      if (waiting.length >= maxWaitingRequests) return Promise.resolve(false);
      const entered = new Promise<boolean>((resolve) => waiting.push(resolve));
      next();
      return entered;
    },
    leave(name) {
      if (!isLarge(name)) return;
      underWay -= 1;
      next();
    },
    roomChanged: next,
    end() {
      for (const refuse of waiting.splice(0)) refuse(false);
    },
    streams: new Set(),
    opening: 0,
    heldByPrincipal: () => load.streams.size + load.opening,
  };
  return load;
}
