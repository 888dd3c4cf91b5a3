import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ChannelSender, type SentPicture } from '../../../src-sim/gb28181/channelSender.ts';

const picture: SentPicture = { units: [Buffer.from([0x65, 1, 2, 3])], isKey: true };

it('sends nothing more once it is stopped, though a picture was on its way and the socket is closed', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  const receiver = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(socket, 'listening'), once(receiver, 'listening')]);
  let send: (one: SentPicture) => void = () => undefined;
  const sender = new ChannelSender({
    socket,
    target: { address: '127.0.0.1', port: receiver.address().port },
    way: 'udp',
    pictures: [],
    picturesPerSecond: 5,
    codec: 'h264',
    habits: {},
    live: (to) => {
      send = to;
      return () => undefined;
    },
  });
  await sender.start();
  send(picture);
  const [packet] = (await once(receiver, 'message')) as [Buffer];
  expect(packet.length).toBeGreaterThan(12);
  sender.stop();
  socket.close();
  expect(() => send(picture)).not.toThrow();
  receiver.close();
});

it('sends its pictures by way of the lamp while its cook hears somebody, from one key picture to another', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  const receiver = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(socket, 'listening'), once(receiver, 'listening')]);
  const came: string[] = [];
  let isHeard = false;
  let lamps = 0;
  const enough = Promise.withResolvers<void>();
  receiver.on('message', (packet: Buffer) => {
    const text = packet.toString('latin1');
    came.push(text.includes('lit') ? 'lit' : text.includes('key') ? 'key' : 'delta');
    // It begins to hear after the first picture, and hears nothing after the fifth.
    isHeard = came.length < 5;
    if (came.includes('lit') && came.at(-1) === 'key') enough.resolve();
  });
  const sender = new ChannelSender({
    socket,
    target: { address: '127.0.0.1', port: receiver.address().port },
    way: 'udp',
    pictures: [
      { units: [Buffer.from('\x65key')], isKey: true },
      { units: [Buffer.from('\x61delta')], isKey: false },
    ],
    picturesPerSecond: 50,
    codec: 'h264',
    habits: {},
    isHearing: () => isHeard,
    createLamp(onPicture) {
      lamps += 1;
      return {
        write: (units) =>
          onPicture({ units: [Buffer.concat([Buffer.from('\x65lit '), ...units])], isKey: false }),
        close: () => void (lamps -= 1),
      };
    },
  });
  await sender.start();
  await enough.promise;
  sender.stop();
  socket.close();
  receiver.close();
  expect(came.slice(0, 2)).toEqual(['key', 'delta']);
  // What began with a lamp is ended by a key picture without one.
  expect(came.slice(-2)).toEqual(['lit', 'key']);
  expect(lamps).toBe(0);
});
