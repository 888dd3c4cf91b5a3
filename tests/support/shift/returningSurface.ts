import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { connectHub, type HubLink } from '../../../src-renderer/server/hubLink.ts';
import { connectSurface, type SurfaceClient } from '../surfaceClient.ts';
import type { ShiftHub } from './shiftHub.ts';

/** Between two attempts of a surface that has no page of its own; a page's own is from 0.2 to 2 s. Milliseconds. */
const retryMs = 200;

/** A surface that comes back by itself after its hub was killed. */
export interface ReturningSurface {
  name: string;
  /** Milliseconds from a hub that is up until the surface has joined it, once for each life of the hub but the first. */
  backMs: number[];
  /** Whether it has joined the hub in its present life. */
  isBack(): boolean;
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  close(): void;
}

/** What all kinds of surfaces write down when they have joined. */
function returns(hub: ShiftHub) {
  const backMs: number[] = [];
  let joinedLife = 0;
  let isJoined = false;
  return {
    backMs,
    joined() {
      isJoined = true;
      if (joinedLife !== 0 && joinedLife !== hub.life)
        backMs.push(Math.max(0, performance.now() - hub.upAtMs));
      joinedLife = hub.life;
    },
    lost: () => void (isJoined = false),
    isBack: () => isJoined && joinedLife === hub.life,
  };
}

/** A phone with the page's own connection (hubLink.ts). */
export function returningPhone(hub: ShiftHub, name: string, memberToken: string): ReturningSurface {
  const { backMs, joined, lost, isBack } = returns(hub);
  const link: HubLink = connectHub({
    surface: 'field',
    memberToken: () => memberToken,
    origin: hub.url,
    onState: ({ state }) => (state === 'joined' ? joined() : lost()),
    onSnapshot: () => undefined,
    onNotice: () => undefined,
    reloadPage: () => undefined,
    storage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
  });
  return {
    ...{ name, backMs, isBack },
    request: (request, input) => link.request(request, input, 5_000),
    close: () => link.close(),
  };
}

/** A desk or a wall of the administrator of tests. */
export function returningScreen(hub: ShiftHub, surface: 'desk' | 'wall'): ReturningSurface {
  const { backMs, joined, lost, isBack } = returns(hub);
  let client: SurfaceClient | undefined;
  let isClosed = false;
  const open = async (): Promise<void> => {
    const opened = await connectSurface(hub.url);
    const answer = await opened.request('session:join', { surface });
    if (!answer.ok) {
      opened.close();
      throw new Error(answer.message);
    }
    opened.socket.once('disconnect', () => {
      client = undefined;
      lost();
      keepOpen();
    });
    client = opened;
    joined();
    if (isClosed) opened.close();
  };
  const keepOpen = (): void => {
    if (isClosed) return;
    open().catch(() => setTimeout(keepOpen, retryMs));
  };
  keepOpen();
  return {
    ...{ name: surface, backMs, isBack },
    request: async (request, input) => {
      if (client === undefined) return refuse('unavailable', '', { reason: 'session.not_connected' });
      return client
        .request(request, input)
        .catch(() => refuse('timeout', '', { reason: 'session.no_answer' }));
    },
    close() {
      isClosed = true;
      client?.close();
    },
  };
}
