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
