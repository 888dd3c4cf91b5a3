import { expect, it } from 'vitest';
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

it.each([
  ['UDP', async (port: number) => void (await bindUdp({ port, host }))],
  ['TCP', async (port: number) => void (await listenTcp({ port, host }, () => undefined))],
])('%s: a taken port is passed over, until all are taken', async (_name, open) => {
  const taken = new Set<number>();
  const range = { first: 42_970, last: 42_973 };
  for (let count = 0; count < 4; count += 1) {
    await takePort(range, async (port) => {
      await open(port);
      taken.add(port);
    });
  }
  expect([...taken].toSorted()).toEqual([42_970, 42_971, 42_972, 42_973]);
  await expect(takePort(range, open)).rejects.toThrow(PortsTakenError);
});

it('what no other port would mend is reported with its cause, at the first port', async () => {
  const tried: number[] = [];
  const opening = takePort({ first: 42_980, last: 42_999 }, (port) => {
    tried.push(port);
    return bindUdp({ port, host: foreignHost });
  });
  await expect(opening).rejects.toThrow(PortError);
  await expect(opening).rejects.toThrow(/EADDRNOTAVAIL/);
  expect(tried).toHaveLength(1);
});

const ports = { first: 42_980, last: 42_999 };
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
