import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import {
  openVoiceSocket,
  type VoiceSocketOptions,
} from '../../../../../../src-sfu/media/sources/gb28181/voiceSocket.ts';

/** On Linux all of 127.0.0.0/8 is this machine. */
const device = '127.0.0.3';
const server = '127.0.0.2';
const open = async (way: VoiceSocketOptions['way']) => {
  const ports = { first: 10_990, last: 11_049 };
  const socket = await openVoiceSocket({
    ...{ way, host: '127.0.0.1', ports, to: device },
    onClosed: () => undefined,
  });
  onTestFinished(() => socket.close());
  return socket;
};

it('sends datagrams to the device, and to the address that its description names where that is where it goes', async () => {
  const sound = Buffer.from('sound');
  for (const [to, goesTo] of [
    [device, undefined],
    [server, { to: server, from: [] }],
  ] as const) {
    const ear = createSocket('udp4');
    onTestFinished(() => void ear.close());
    ear.bind(0, to);
    await once(ear, 'listening');
    const socket = await open('udp');
    if (goesTo !== undefined) socket.goesTo(goesTo);
    await socket.reached(ear.address().port);
    const heard = once(ear, 'message');
    socket.send(sound);
    expect((await heard)[0]).toEqual(sound);
  }
});

it('takes a connection from the device and from the address that its description names, and hangs up on others', async () => {
  const socket = await open('tcpPassive');
  const dial = (localAddress: string): Socket => {
    const made = connect({ host: '127.0.0.1', port: socket.port, localAddress }).on('error', () => undefined);
    onTestFinished(() => void made.destroy());
    return made;
  };
  await once(dial(server).resume(), 'close');
  socket.goesTo({ to: device, from: [device, server] });
  await once(dial('127.0.0.4').resume(), 'close');
  const made = dial(server);
  await socket.reached(0);
  const heard = once(made, 'data');
  socket.send(Buffer.from('sound'));
  expect(String((await heard)[0])).toContain('sound');
});
