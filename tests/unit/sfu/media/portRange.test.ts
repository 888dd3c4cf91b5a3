import { afterEach, expect, it } from 'vitest';
import { openSendingSocket } from '../../../../src-sfu/media/cascade/sendingSocket.ts';
import {
  bindUdp,
  listenTcp,
  PortError,
  PortsTakenError,
  takePort,
} from '../../../../src-sfu/media/portRange.ts';
import { openMediaSocket } from '../../../../src-sfu/media/sources/gb28181/mediaSocket.ts';
import { RecorderPictureError } from '../../../../src-sfu/media/sources/gb28181/recorderPictureError.ts';
import { openVoiceSocket } from '../../../../src-sfu/media/sources/gb28181/voiceSocket.ts';

const host = '127.0.0.1';
/** An address of the documentation (RFC 5737), which this machine does not have. */
const foreignHost = '192.0.2.7';

/** What a test opened. */
const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const ways: [string, (port: number) => Promise<{ close(): unknown }>][] = [
  ['UDP', (port) => bindUdp({ port, host })],
  ['TCP', (port) => listenTcp({ port, host }, () => undefined)],
];
// Below the ports that the system gives to outgoing connections (from 32768 on), so that nobody else's is among them.
it.each(ways)('%s: a taken port is passed over, until all are taken', async (_name, open) => {
  const taken = new Set<number>();
  const range = { first: 22_970, last: 22_973 };
  for (let count = 0; count < 4; count += 1) {
    await takePort(range, async (port) => {
      opened.push(await open(port));
      taken.add(port);
    });
  }
  expect([...taken].toSorted()).toEqual([22_970, 22_971, 22_972, 22_973]);
  await expect(takePort(range, open)).rejects.toThrow(PortsTakenError);
});

it('a port that the system keeps for itself is passed over, and named where it keeps all', async () => {
  const denied = Object.assign(new Error('listen EACCES: permission denied'), { code: 'EACCES' });
  const range = { first: 22_960, last: 22_962 };
  const openLast = (port: number) => (port === 22_962 ? Promise.resolve(port) : Promise.reject(denied));
  for (let time = 0; time < 5; time += 1) expect(await takePort(range, openLast)).toBe(22_962);
  const failure = takePort(range, () => Promise.reject(denied));
  await expect(failure).rejects.toThrow(PortError);
  await expect(failure).rejects.toThrow(/EACCES/);
  const taken = Object.assign(new Error('taken'), { code: 'EADDRINUSE' });
  await expect(takePort(range, (port) => Promise.reject(port === 22_961 ? taken : denied))).rejects.toThrow(
    PortsTakenError,
  );
});

it('what no other port would mend is reported with its cause, at the first port', async () => {
  const tried: number[] = [];
  const opening = takePort({ first: 22_980, last: 22_999 }, (port) => {
    tried.push(port);
    return bindUdp({ port, host: foreignHost });
  });
  await expect(opening).rejects.toThrow(PortError);
  await expect(opening).rejects.toThrow(/EADDRNOTAVAIL/);
  expect(tried).toHaveLength(1);
});

const ports = { first: 22_980, last: 22_999 };
const nothing = (): void => undefined;
it.each([
  [
    'pictures by UDP',
    () =>
      openMediaSocket({
        way: 'udp',
        host: foreignHost,
        ports,
        from: host,
        onPacket: nothing,
        onClosed: nothing,
      }),
  ],
  [
    'pictures by TCP',
    () =>
      openMediaSocket({
        way: 'tcpPassive',
        host: foreignHost,
        ports,
        from: host,
        onPacket: nothing,
        onClosed: nothing,
      }),
  ],
  ['a voice', () => openVoiceSocket({ way: 'udp', host: foreignHost, ports, to: host, onClosed: nothing })],
  [
    'a view from above',
    () =>
      openSendingSocket({
        offer: { way: 'udp', address: host, port: 9 },
        host: foreignHost,
        ports,
        onOpen: nothing,
        onClosed: nothing,
        nowMs: () => 0,
      }),
  ],
])('%s: an address that this machine does not have is not taken for a full range', async (_name, open) => {
  const error: unknown = await open().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).not.toBeInstanceOf(RecorderPictureError);
  expect(String(error)).toMatch(/EADDRNOTAVAIL/);
});
