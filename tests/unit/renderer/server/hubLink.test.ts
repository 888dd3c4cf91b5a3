import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket as TcpSocket } from 'node:net';
import { Server, type Socket } from 'socket.io';
import * as msgpackParser from 'socket.io-msgpack-parser';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  connectHub,
  type HubLink,
  type LinkState,
  type Notice,
} from '../../../../src-renderer/server/hubLink.ts';
import { protocolVersion } from '../../../../src-shared/protocol/index.ts';
import type { Surface } from '../../../../src-shared/session/roles.ts';

/** A real socket.io server that joins whoever comes; tests send what they like through its last socket. */
class StandInHub {
  readonly http: HttpServer;
  readonly io: Server;
  joins = 0;
  sequenceOfSnapshot = 0;
  /** Whether it answers that the connection leads to it. */
  answersChecks = true;
  refusal: { code: string; message: string; hubProtocolVersion: number } | undefined;
  last: Socket | undefined;

  constructor() {
    this.http = createServer();
    this.io = new Server(this.http, { parser: msgpackParser, transports: ['websocket'] });
    this.io.use((_socket, next) =>
      next(
        this.refusal === undefined ? undefined : Object.assign(new Error('refused'), { data: this.refusal }),
      ),
    );
    this.io.on('connection', (socket) => {
      this.last = socket;
      socket.on('session:join', (_input: unknown, acknowledge: (answer: unknown) => void) => {
        this.joins += 1;
        const hub = { id: 'h', version: '0', startedAtMs: 1, nowMs: Date.now() };
        const snapshot = { hub, role: 'screen', workers: [] };
        acknowledge({ ok: true, data: { snapshot, sequence: this.sequenceOfSnapshot } });
      });
      socket.on('session:checkLink', (_input: unknown, acknowledge: (answer: unknown) => void) => {
        if (this.answersChecks) acknowledge({ ok: true, data: {} });
      });
    });
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.http.listen(port, '127.0.0.1', resolve));
    return (this.http.address() as AddressInfo).port;
  }
  async close(): Promise<void> {
    await this.io.close();
  }
}

function follow(port: number, surface: Surface) {
  const states: LinkState[] = [];
  const notices: Notice[] = [];
  const snapshots: boolean[] = [];
  const values = new Map<string, string>();
  const reloadPage = vi.fn();
  const link = connectHub({
    surface,
    origin: `http://127.0.0.1:${port}`,
    storage: {
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    },
    onState: (state) => states.push(state),
    onSnapshot: ({ newConnection }) => snapshots.push(newConnection),
    onNotice: (notice) => notices.push(notice),
    reloadPage,
  });
  return { link, states, notices, snapshots, reloadPage };
}

const stopping = (hub: StandInHub, sequence: number): void => {
  hub.last?.emit('session:hubStopping', sequence, { reason: String(sequence) });
};

describe('the link to the hub', () => {
  let hub: StandInHub;
  let port: number;
  const links: HubLink[] = [];
  const connect = (surface: Surface = 'wall') => {
    const followed = follow(port, surface);
    links.push(followed.link);
    return followed;
  };

  beforeEach(async () => {
    hub = new StandInHub();
    port = await hub.listen();
  });
  afterEach(async () => {
    for (const link of links.splice(0)) link.close();
    await hub.close();
  });

  it('joins, then passes notices on in order', async () => {
    const { states, notices, snapshots } = connect();
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'));
    stopping(hub, 1);
    stopping(hub, 2);
    await vi.waitFor(() => expect(notices).toHaveLength(2));
    expect(snapshots).toEqual([true]);
    expect(notices.map((notice) => notice.payload)).toEqual([{ reason: '1' }, { reason: '2' }]);
  });

  it('joins again on the same connection after a gap', async () => {
    const { notices, snapshots } = connect();
    await vi.waitFor(() => expect(hub.joins).toBe(1));
    hub.sequenceOfSnapshot = 3;
    stopping(hub, 1);
    stopping(hub, 3);
    await vi.waitFor(() => expect(hub.joins).toBe(2));
    stopping(hub, 4);
    await vi.waitFor(() => expect(notices).toHaveLength(2));
    expect(snapshots).toEqual([true, false]);
    expect(notices.map((notice) => notice.payload)).toEqual([{ reason: '1' }, { reason: '4' }]);
  });

  it('says the hub is lost, comes back by itself and takes a new snapshot', async () => {
    const { link, states, snapshots } = connect();
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'));
    await hub.close();
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('lost'));
    const refused = await link.request('cameras:closeStream', { streamId: 's' });
    expect(refused).toMatchObject({ ok: false, code: 'unavailable' });
    hub = new StandInHub();
    await hub.listen(port);
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'), { timeout: 6_000 });
    expect(snapshots).toEqual([true, true]);
  });

  it('answers an unanswered request itself, in time', async () => {
    const { link, states } = connect();
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'));
    const answer = await link.request('cameras:closeStream', { streamId: 's' }, 50);
    expect(answer).toMatchObject({ ok: false, code: 'timeout' });
  });

  it('closes a phone’s connection that leads nowhere, and makes a new one', async () => {
    const { states, snapshots } = connect('field');
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'));
    hub.answersChecks = false;
    await vi.waitFor(() => expect(states.map(({ state }) => state)).toContain('lost'), { timeout: 6_000 });
    hub.answersChecks = true;
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'));
    expect(snapshots).toEqual([true, true]);
    expect(hub.io.engine.clientsCount).toBe(1);
  });

  it('connects a phone again before what it sent into the void is sent again', async () => {
    await hub.close();
    // Takes connections and says nothing, as a network does that has just gone.
    const taken: TcpSocket[] = [];
    const silent = createTcpServer((socket) => void taken.push(socket));
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const { states } = connect('field');
    await vi.waitFor(() => expect(taken.length).toBeGreaterThan(1), { timeout: 3_000 });
    for (const socket of taken) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    hub = new StandInHub();
    await hub.listen(port);
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'), { timeout: 6_000 });
  });

  it('says why it was refused, and joins once the hub accepts it', async () => {
    hub.refusal = { code: 'access_denied', message: 'no', hubProtocolVersion: protocolVersion };
    const { states } = connect();
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ state: 'refused' }));
    hub.refusal = undefined;
    await vi.waitFor(() => expect(states.at(-1)?.state).toBe('joined'), { timeout: 6_000 });
  });

  it('loads the page again once for a hub of another version, then says so', async () => {
    hub.refusal = { code: 'version_mismatch', message: 'no', hubProtocolVersion: 9 };
    const { link, reloadPage, states } = connect();
    await vi.waitFor(() => expect(reloadPage).toHaveBeenCalledOnce());
    link.reconnect();
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ state: 'refused' }), { timeout: 6_000 });
    expect(reloadPage).toHaveBeenCalledOnce();
  });
});
