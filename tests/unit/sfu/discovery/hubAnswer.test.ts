import { describe, expect, it } from 'vitest';
import { hubAnswer } from '../../../../src-sfu/discovery/hubAnswer.ts';
import { readHubAnswer } from '../../../../src-main/hub/foundHubs.ts';
import { hubServiceName, isInNetwork } from '../../../../src-shared/network/hubService.ts';

const networks = [
  { address: '10.0.0.7', netmask: '255.0.0.0' },
  { address: '192.0.2.7', netmask: '255.255.255.0' },
];
const hub = { name: 'server.xianning', port: 7443, isSecure: true };
const ask = (name = hubServiceName, from = { address: '192.0.2.40', port: 40_000 }, type = 'PTR') =>
  hubAnswer({ id: 7, questions: [{ name, type: type as 'PTR' }] }, from, hub, networks);
const answered = ask() ?? { answers: [] };
const packet = { answers: answered.answers, additionals: answered.additionals ?? [] };
const network = { address: '192.0.2.40', netmask: '255.255.255.0' };
const from = { address: '192.0.2.7' };

describe('what a hub answers to who looks for one', () => {
  it('is its address in the network of who asks, with the number of the question', () => {
    expect(answered.id).toBe(7);
    expect(answered.answers).toEqual([
      { name: hubServiceName, type: 'PTR', ttl: 10, data: `Mingchu server-xianning.${hubServiceName}` },
    ]);
    expect(packet.additionals).toContainEqual(expect.objectContaining({ type: 'A', data: '192.0.2.7' }));
    expect(JSON.stringify(packet)).not.toContain('10.0.0.7');
  });

  it('is nothing for other questions, and nothing for who is in no network of its own', () => {
    expect(ask('_ipp._tcp.local')).toBeUndefined();
    expect(ask(hubServiceName, { address: '198.51.100.4', port: 40_000 })).toBeUndefined();
    expect(ask(hubServiceName, { address: 'fe80::1', port: 40_000 })).toBeUndefined();
    expect(ask(hubServiceName, from40(5353), 'AAAA')).toBeUndefined();
  });

  it('goes by the letters of any size, and is longer lived for those who listen all the time', () => {
    expect(ask('_MINGCHU._TCP.Local')?.answers).toHaveLength(1);
    expect(ask(hubServiceName, from40(5353))).toMatchObject({ answers: [{ ttl: 120 }] });
    expect(ask(hubServiceName, from40(5353))).not.toHaveProperty('id');
  });
});

const from40 = (port: number) => ({ address: '192.0.2.40', port });

describe('what a shell believes of an answer', () => {
  it('is where it came from', () => {
    expect(readHubAnswer(packet, from, network)).toEqual({
      name: 'Mingchu server-xianning',
      origin: 'https://192.0.2.7:7443',
    });
  });

  it.each([
    ['of another machine than it names', { address: '192.0.2.66' }],
    ['from another network', { address: '198.51.100.4' }],
    ['from this machine itself', { address: '127.0.0.1' }],
    ['by IPv6', { address: 'fe80::1' }],
  ])('is nothing where it comes %s', (_what, sender) => {
    expect(readHubAnswer(packet, sender, network)).toBeUndefined();
  });

  type Records = typeof packet.answers;
  const change = (type: string, data: unknown): { answers: Records; additionals: Records } => ({
    answers: packet.answers,
    additionals: packet.additionals.map((record) =>
      record.type === type ? ({ ...record, data } as (typeof packet.answers)[number]) : record,
    ),
  });
  it.each([
    ['localhost', change('A', '127.0.0.1')],
    ['a foreign address', change('A', '198.51.100.4')],
    ['a foreign name', change('SRV', { port: 7443, target: 'evil.example' })],
    ['port 0', change('SRV', { port: 0, target: 'mingchu-7443-server-xianning.local' })],
    ['a form of another version', change('TXT', ['v=2', 'tls=1'])],
    ['nothing', { answers: [], additionals: [] }],
    [
      'another service',
      { answers: [{ type: 'PTR', name: '_ipp._tcp.local', data: 'x' }] as Records, additionals: [] },
    ],
    [
      'thousands of records',
      { answers: Array.from({ length: 1_000 }, () => packet.answers).flat(), additionals: [] },
    ],
  ])('is nothing where it names %s', (_what, hostile) => {
    expect(readHubAnswer(hostile, from, network)).toBeUndefined();
  });

  it('is a name that can be read, however long and of whatever characters', () => {
    const instance = `\u202E</td>${'长'.repeat(300)}.${hubServiceName}`;
    const renamed = {
      answers: [{ type: 'PTR', name: hubServiceName, data: instance }] as Records,
      additionals: packet.additionals.map((record) =>
        record.type === 'SRV' || record.type === 'TXT' ? { ...record, name: instance } : record,
      ),
    };
    const { name = '' } = readHubAnswer(renamed, from, network) ?? {};
    expect([...name]).toHaveLength(40);
    expect(name.startsWith('</td>长')).toBe(true);
  });
});

describe('a network', () => {
  it.each([
    ['192.0.2.9', true],
    ['192.0.3.9', false],
    ['192.0.2.999', false],
    ['localhost', false],
    ['', false],
  ])('has %s: %s', (address, isIn) => {
    expect(isInNetwork(address, { address: '192.0.2.7', netmask: '255.255.255.0' })).toBe(isIn);
  });
});
