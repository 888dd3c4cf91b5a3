import { expect, it } from 'vitest';
import {
  isAnotherMachine,
  MediaPlaces,
} from '../../../../../../src-sfu/media/sources/gb28181/mediaPlaces.ts';

const platform = '42120200002000000002';
const recorder = '42120000001180000001';
const own = '10.77.0.30';
const server = '10.77.0.31';
const mayBeServer = (address: string): boolean => isAnotherMachine(address, (one) => one === '10.77.0.1');

it('believes platforms alone, and no address of this machine, of everybody or of a group', () => {
  const places = new MediaPlaces(mayBeServer);
  expect(places.named(platform, server)).toBe(server);
  expect(places.named(recorder, server)).toBeUndefined();
  expect(places.named(platform, undefined)).toBeUndefined();
  for (const address of [
    '127.0.0.1',
    '169.254.1.1',
    '10.77.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    'x',
  ])
    expect(places.named(platform, address)).toBeUndefined();
});

it('sends sound to a media server only while pictures come from it, and takes its connection in any case', () => {
  const places = new MediaPlaces(mayBeServer);
  // It may be behind a router: the address that it names is then another machine's here.
  expect(places.ofSound(platform, own, server)).toEqual({ to: own, from: [own, server] });
  places.came(platform, true);
  expect(places.ofSound(platform, own, server)).toEqual({ to: server, from: [own, server] });
  expect(places.ofSound(platform, own, '127.0.0.1')).toEqual({ to: own, from: [own] });
  places.came(platform, false);
  expect(places.ofSound(platform, own, server).to).toBe(own);
  places.came(recorder, true);
  expect(places.ofSound(recorder, own, server)).toEqual({ to: own, from: [own] });
});
