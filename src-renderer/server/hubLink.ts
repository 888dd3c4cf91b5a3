import { io, type Socket } from 'socket.io-client';
import * as msgpackParser from 'socket.io-msgpack-parser';
import { protocolVersion } from '../../src-shared/protocol/version.ts';
import type {
  Handshake,
  HandshakeRefusal,
  InputOf,
  NoticeName,
  NoticeOf,
  OutputOf,
  RequestName,
} from '../../src-shared/protocol/index.ts';
import { subprotocolsOf, type Credentials } from '../../src-shared/protocol/credentials.ts';
import { refuse, type Ack, type AckCode } from '../../src-shared/protocol/define.ts';
import type { Surface } from '../../src-shared/session/roles.ts';
import type { Snapshot } from '../../src-shared/protocol/index.ts';
import { LinkWatch } from './linkWatch.ts';
import { NoticeSequence, type SequenceStep } from './noticeSequence.ts';
import { VersionReload } from './versionReload.ts';

/** Where the connection to the hub stands. Times are Unix milliseconds of this machine. */
export type LinkState =
  | { state: 'connecting'; sinceMs: number }
  | { state: 'joined' }
  | { state: 'lost'; sinceMs: number }
  | { state: 'refused'; refusal: HandshakeRefusal };

/** A notice with the type its name says. */
export type Notice = { [Name in NoticeName]: { name: Name; payload: NoticeOf<Name> } }[NoticeName];

/** A snapshot and how it came. */
export interface SnapshotArrival {
  snapshot: Snapshot;
  /** Whether the connection is new: everything the hub held for the old one is gone. */
  newConnection: boolean;
  /** Unix milliseconds of this machine at which `snapshot.hub.nowMs` was true, half a round trip taken off. */
  takenAtMs: number;
}

export interface HubLinkOptions {
  surface: Surface;
  screenId?: string;
  /** The secret a phone signed in with; asked at every join. */
  memberToken?(): string | undefined;
  /** The secret of a site's phone whose browser keeps no cookie. */
  siteToken?(): string | undefined;
  /** A join was refused; it is tried again. */
  onJoinRefused?(code: AckCode): void;
  /** Defaults to the page's own origin. */
  origin?: string;
  onState(state: LinkState): void;
  onSnapshot(arrival: SnapshotArrival): void;
  onNotice(notice: Notice): void;
  reloadPage(): void;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/** The connection of a surface to its hub. */
export interface HubLink {
  /** Answered at the latest after `timeoutMs` (10 s if not said); `unavailable` when the hub is not connected. */
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
  /** Says again who is here, over the same connection; the snapshot comes again. */
  rejoin(): void;
  /** Gives this connection up and makes a new one, when the two sides no longer agree on what is open. */
  reconnect(): void;
  close(): void;
}

const requestTimeoutMs = 10_000;
const joinRetryMs = 500;
/** A refusal does not change by itself; asking more often would only load the hub. */
const refusedRetryMs = 3_000;
/** A page that ended a connection shorter ago than this waits before the next one. */
const reconnectPauseMs = 2_000;
/** How long an attempt to connect may take, in turn, and the longest wait between two. */
interface Attempts {
  timeoutsMs: readonly [number, ...number[]];
  longestPauseMs: number;
}
const usualAttempts: Attempts = { timeoutsMs: [4_000], longestPauseMs: 2_000 };
/**
 * What a phone sends while it has no network is lost, and sent again only after ever longer waits: short attempts are made
 * again, and take the network as soon as it is back. A slow network gets in by the long one.
 */
const phoneAttempts: Attempts = { timeoutsMs: [1_000, 1_000, 1_000, 4_000], longestPauseMs: 300 };

/** Connects, joins, keeps the notices whole and comes back by itself, for as long as the page lives. */
export function connectHub(options: HubLinkOptions): HubLink {
  /** The id of the last connection: the hub may say why it ended it. */
  let previousConnectionId: string | undefined;
  const credentials = (): Credentials => ({
    memberToken: options.memberToken?.(),
    siteToken: options.siteToken?.(),
  });
  const handshake = (): Handshake => {
    const { memberToken } = credentials();
    return {
      protocolVersion,
      ...(memberToken === undefined ? {} : { memberToken }),
      ...(options.surface === 'field' ? { isPhone: true } : {}),
      ...(previousConnectionId === undefined ? {} : { previousConnectionId }),
    };
  };
  const isPhone = options.surface === 'field';
  const isMobile = isPhone || options.surface === 'site';
  const { timeoutsMs, longestPauseMs } = isMobile ? phoneAttempts : usualAttempts;
  const socket: Socket = io(options.origin ?? window.location.origin, {
    auth: (answer) => answer(handshake()),
    protocols: subprotocolsOf(credentials()),
    parser: msgpackParser,
    transports: ['websocket'],
    reconnectionDelay: 200,
    reconnectionDelayMax: longestPauseMs,
    randomizationFactor: 0.3,
    timeout: timeoutsMs[0],
    autoConnect: false,
  });
  const sequence = new NoticeSequence();
  const versionReload = new VersionReload(options.storage);
  let everJoined = false;
  let lastState: LinkState = { state: 'connecting', sinceMs: Date.now() };
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  /** Counts joins, so that the answer to an old one is not taken for the newest. */
  let joinRound = 0;
  let reconnectedAtMs = -reconnectPauseMs;

  const reportState = (state: LinkState): void => {
    lastState = state;
    options.onState(state);
  };
  const reportLost = (): void => {
    if (lastState.state === 'lost' || lastState.state === 'connecting') return;
    const sinceMs = Date.now();
    reportState(everJoined ? { state: 'lost', sinceMs } : { state: 'connecting', sinceMs });
  };
  const later = (delayMs: number, task: () => void): void => {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => {
      if (!closed) task();
    }, delayMs);
  };

  /** For the next request for a WebSocket: a phone may have signed in or out since the last one. */
  const showCredentials = (): void => {
    socket.io.opts.protocols = subprotocolsOf(credentials());
  };
  const connect = (): void => {
    showCredentials();
    socket.connect();
  };

  const request: HubLink['request'] = (name, input, timeoutMs = requestTimeoutMs) => {
    if (!socket.connected)
      return Promise.resolve(
        refuse('unavailable', 'The hub is not connected.', { reason: 'session.not_connected' }),
      );
    return new Promise((resolve) => {
      socket.timeout(timeoutMs).emit(name, input, (error: Error | null, answer: Ack<never>) => {
        resolve(
          error === null
            ? answer
            : refuse('timeout', 'The hub did not answer in time.', { reason: 'session.no_answer' }),
        );
      });
    });
  };

  const reconnect = (): void => {
    const isAgain = performance.now() - reconnectedAtMs < reconnectPauseMs;
    reconnectedAtMs = performance.now();
    socket.disconnect();
    socket.io.timeout(timeoutsMs[0]);
    later(isAgain ? joinRetryMs : 0, connect);
  };
  const watch = new LinkWatch({
    ask: async (timeoutMs) => {
      const answer = await request('session:checkLink', {}, timeoutMs);
      return answer.ok || answer.code !== 'timeout';
    },
    onSilent: reconnect,
    nowMs: () => performance.now(),
  });

  const follow = (step: SequenceStep): void => {
    // The names and shapes are the hub's to keep: it parses everything it is sent, and what it sends is typed there.
    for (const { name, payload } of step.deliver) options.onNotice({ name, payload } as Notice);
    if (step.gap) void join(false);
  };

  const join = async (newConnection: boolean): Promise<void> => {
    const round = ++joinRound;
    sequence.reset();
    const askedAtMs = Date.now();
    const memberToken = options.memberToken?.();
    const answer = await request('session:join', {
      surface: options.surface,
      ...(options.screenId === undefined ? {} : { screenId: options.screenId }),
      ...(memberToken === undefined ? {} : { memberToken }),
    });
    if (closed || round !== joinRound || !socket.connected) return;
    if (!answer.ok) {
      options.onJoinRefused?.(answer.code);
      later(joinRetryMs, () => void join(newConnection));
      return;
    }
    everJoined = true;
    versionReload.hubChanged();
    options.onSnapshot({
      snapshot: answer.data.snapshot,
      newConnection,
      takenAtMs: (askedAtMs + Date.now()) / 2,
    });
    reportState({ state: 'joined' });
    if (isPhone) watch.start();
    follow(sequence.snapshotTaken(answer.data.sequence));
  };

  socket.onAny((name: string, number: number, payload: unknown) => {
    follow(sequence.receive({ sequence: number, name, payload }));
  });
  socket.on('connect', () => {
    previousConnectionId = socket.id;
    void join(true);
  });
  socket.io.on('reconnect_attempt', (attempt) => {
    showCredentials();
    socket.io.timeout(timeoutsMs[attempt % timeoutsMs.length] ?? timeoutsMs[0]);
  });
  socket.on('disconnect', (reason) => {
    watch.stop();
    joinRound += 1;
    reportLost();
    // socket.io does not come back by itself when the hub ended the connection.
    if (reason === 'io server disconnect') later(joinRetryMs, connect);
  });
  socket.on('connect_error', (error: Error & { data?: HandshakeRefusal }) => {
    const refusal = error.data;
    if (refusal?.code === undefined) {
      versionReload.hubChanged();
      if (lastState.state === 'refused') reportLost();
      return;
    }
    if (refusal.code === 'version_mismatch' && versionReload.shouldReload(refusal.hubProtocolVersion)) {
      options.reloadPage();
      return;
    }
    if (refusal.code === 'access_denied') everJoined = false;
    reportState({ state: 'refused', refusal });
    later(refusedRetryMs, connect);
  });

  reportState(lastState);
  connect();

  return {
    request,
    rejoin() {
      // Without a connection the next join says it.
      if (socket.connected) void join(false);
    },
    reconnect,
    close() {
      closed = true;
      watch.stop();
      clearTimeout(retryTimer);
      socket.close();
    },
  };
}
