import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { mostFoundHubs, searchHubs } from '../../../src-main/hub/hubSearch.ts';
import { startHubResponder } from '../../../src-sfu/discovery/hubResponder.ts';
import { createLogger } from '../../../src-sfu/logger.ts';

const network = { address: '127.0.0.1', netmask: '255.0.0.0' };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function announce(port: number, isSecure = true): void {
  const responder = startHubResponder({
    hub: { name: `hub ${port}`, port, isSecure },
    logger: createLogger('error'),
    networkInterface: '127.0.0.1',
  });
  closers.push(responder.close);
}

/** Another program on the group of mDNS, which sends `packets` to everybody who asks. */
async function answerEverybody(packets: (question: Buffer) => Buffer[]): Promise<void> {
  const socket: Socket = createSocket({ type: 'udp4', reuseAddr: true });
  await new Promise<void>((resolve) => socket.bind(5353, '0.0.0.0', resolve));
  socket.addMembership('224.0.0.251', '127.0.0.1');
  socket.on('message', (question, from) => {
    for (const packet of packets(question)) socket.send(packet, from.port, from.address);
  });
  closers.push(() => new Promise((resolve) => socket.close(() => resolve())));
}

describe('hubs on the network, with real packets', () => {
  it('are found with their port, several at a time, beside what answers nonsense', async () => {
    announce(7443);
    announce(7400, false);
    await answerEverybody((question) => [
      Buffer.alloc(0),
      Buffer.from('not a packet'),
      question,
      // A pointer to itself in the place of a name.
      Buffer.from('000084000000000100000000c00c000c00010000000a0002c00c', 'hex'),
      // As many records as a header can promise.
      Buffer.concat([Buffer.from('00008400ffffffffffffffff', 'hex'), Buffer.alloc(9_000, 0)]),
    ]);
    expect(await searchHubs([network])).toEqual([
      { name: 'Mingchu hub 7400', origin: 'http://127.0.0.1:7400' },
      { name: 'Mingchu hub 7443', origin: 'https://127.0.0.1:7443' },
    ]);
  });

  it('are a list of a bounded length, and none where there is no network', async () => {
    for (let port = 7401; port <= 7420; port += 1) announce(port);
    const [many, none] = await Promise.all([searchHubs([network]), searchHubs([])]);
    expect(many).toHaveLength(mostFoundHubs);
    expect(none).toEqual([]);
  });
});
