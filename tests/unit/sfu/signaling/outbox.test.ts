import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  createOutbox,
  maxNoticeBytes,
  maxWaitingBytes,
  stalledMs,
} from '../../../../src-sfu/signaling/outbox.ts';

describe('what waits for one surface', () => {
  const open = () => {
    const connection = Object.assign(new EventEmitter(), { request: { socket: { writableLength: 0 } } });
    let tooMuch = 0;
    const outbox = createOutbox(connection, () => (tooMuch += 1));
    return {
      outbox,
      send: (bytes: number) => void connection.emit('packetCreate', { data: new Uint8Array(bytes) }),
      /** engine.io gave its queue to the socket, which holds so many bytes now. */
      flush(heldBytes: number) {
        connection.emit('flush');
        connection.request.socket.writableLength = heldBytes;
      },
      tooMuch: () => tooMuch,
    };
  };
  const notice = (
    { outbox, send }: ReturnType<typeof open>,
    name: Parameters<typeof outbox.takesNotice>[0],
    bytes = 1_000,
  ) => {
    const isTaken = outbox.takesNotice(name);
    if (isTaken) send(bytes);
    return isTaken;
  };

  it('is what engine.io queues and what the socket holds', () => {
    const { outbox, send, flush } = open();
    send(100);
    send(50);
    expect(outbox.waitingBytes()).toBe(150);
    flush(120);
    expect(outbox.waitingBytes()).toBe(120);
    send(7);
    expect(outbox.waitingBytes()).toBe(127);
  });

  it('leaves out notices that a snapshot replaces, and never a notice that is sent only once', () => {
    const one = open();
    expect(notice(one, 'squads:positionsChanged', maxNoticeBytes + 1)).toBe(true);
    expect(notice(one, 'squads:positionsChanged')).toBe(false);
    expect(notice(one, 'wall:screenChanged')).toBe(false);
    for (const name of [
      'squads:emergencyChanged',
      'alerts:arrived',
      'talk:floorGranted',
      'squads:signedOut',
    ] as const) {
      expect(notice(one, name)).toBe(true);
    }
  });

  it('asks for a new snapshot once the surface reads again, and goes on as before', () => {
    const one = open();
    notice(one, 'wall:screenChanged', maxNoticeBytes + 1);
    notice(one, 'wall:screenChanged');
    expect(one.outbox.look(0, false)).toBe('fine');
    one.flush(0);
    expect(one.outbox.look(500, false)).toBe('resync');
    expect(one.outbox.look(1_000, false)).toBe('fine');
    expect(notice(one, 'wall:screenChanged')).toBe(true);
  });

  it('is not notices alone: a large answer leaves nothing out', () => {
    const one = open();
    one.send(3 * maxNoticeBytes);
    expect(notice(one, 'wall:screenChanged')).toBe(true);
    expect(one.outbox.look(0, false)).toBe('fine');
  });

  it('ends the connection at once where it is more than any surface may leave unread', () => {
    const { send, tooMuch } = open();
    send(maxWaitingBytes);
    expect(tooMuch()).toBe(0);
    send(1);
    expect(tooMuch()).toBe(1);
  });

  it('ends the connection that takes nothing, not the one that is slow, nor when the hub stood still', () => {
    const { outbox, send, flush } = open();
    send(1_000_000);
    expect(outbox.look(0, false)).toBe('fine');
    expect(outbox.look(stalledMs - 1, false)).toBe('fine');
    flush(999_000);
    expect(outbox.look(stalledMs, false)).toBe('fine');
    expect(outbox.look(2 * stalledMs, false)).toBe('fine');
    expect(outbox.look(2 * stalledMs + 2, true)).toBe('fine');
    expect(outbox.look(3 * stalledMs + 3, false)).toBe('end');
  });
});
