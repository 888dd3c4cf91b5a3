import { expect, it } from 'vitest';
import { createLanes, LanesFull, knownLane } from '../../../../src-sfu/base/lanes.ts';
import { networkOf } from '../../../../src-sfu/base/networks.ts';
import { createSignInDelays, type Admission } from '../../../../src-sfu/features/accounts/signInDelays.ts';

const nowMs = (): number => 0;
type Admitted = Extract<Admission, { delayMs: number }>;
function admitted(admission: Admission): Admitted {
  if ('retryAfterMs' in admission) throw new Error('it was not admitted');
  return admission;
}

it('does not count codes of one use that somebody guesses elsewhere', () => {
  const delays = createSignInDelays({ nowMs });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    admitted(delays.begin({ signInKey: undefined, address: '198.51.100.7' })).end(false);
  }
  expect(admitted(delays.begin({ signInKey: undefined, address: '192.0.2.1' })).delayMs).toBe(0);
});

const places = 400;

it('lets the owner of an account in while all places of it are taken elsewhere', () => {
  const delays = createSignInDelays({ nowMs });
  const attack = Array.from({ length: places / 4 }, (_, from) =>
    [1, 2, 3, 4].map(() => admitted(delays.begin({ signInKey: 'wang', address: `198.51.100.${from}` }))),
  ).flat();
  const owner = admitted(delays.begin({ signInKey: 'wang', address: '192.0.2.1' }));
  expect(attack.filter(({ displaced }) => displaced.aborted)).toHaveLength(1);
  expect(owner.displaced.aborted).toBe(false);
  // The one that gave way is over already; its end changes nothing for the others.
  for (const one of attack) one.end(false);
  owner.end(true);
});

it('does not let one address displace others', () => {
  const delays = createSignInDelays({ nowMs });
  const others = Array.from({ length: places }, (_, from) =>
    admitted(delays.begin({ signInKey: 'wang', address: `10.${Math.floor(from / 200)}.${from % 200}.7` })),
  );
  for (let attempt = 0; attempt < 50; attempt += 1)
    expect(delays.begin({ signInKey: 'wang', address: '192.0.2.1' })).toHaveProperty('retryAfterMs');
  expect(others.some(({ displaced }) => displaced.aborted)).toBe(false);
});

it('lets the owner in while one customer’s many networks, each with one attempt, take all places', () => {
  const delays = createSignInDelays({ nowMs });
  const attack = Array.from({ length: places }, (_, net) =>
    admitted(delays.begin({ signInKey: 'wang', address: `2001:db8:7:${net.toString(16)}::1` })),
  );
  expect(admitted(delays.begin({ signInKey: 'wang', address: '192.0.2.1' })).displaced.aborted).toBe(false);
  expect(attack.filter(({ displaced }) => displaced.aborted)).toHaveLength(1);
});

it('counts a browser in which another account has signed in by that account, whatever its address does', () => {
  const delays = createSignInDelays({ nowMs });
  const address = '198.51.100.7';
  for (let attempt = 0; attempt < 20; attempt += 1)
    admitted(delays.begin({ signInKey: 'wang', address })).end(false);
  for (let attempt = 0; attempt < 4; attempt += 1) delays.begin({ signInKey: 'wang', address });
  const colleague = { signInKey: 'wang', address, knownFor: 'b' };
  expect(admitted(delays.begin(colleague)).delayMs).toBe(0);
});

it.each([
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001::9', '2001:db8:1:0::/64'],
  ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
  ['no address', 'no address'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('counts %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it('computes passwords of lanes in turn, known browsers first, and refuses the newest of the longest lane', async () => {
  const inTurn = createLanes({ maxRunning: 1, maxWaiting: 4 });
  const order: string[] = [];
  let release = (): void => undefined;
  const first = inTurn('flood', () => new Promise<void>((resolve) => (release = resolve)));
  const run = (lane: string, name: string) =>
    inTurn(lane, () => {
      order.push(name);
      return Promise.resolve();
    }).catch((error: unknown) => {
      if (!(error instanceof LanesFull)) throw error;
      order.push(`${name} refused`);
    });
  const all = [
    run('flood', 'flood 1'),
    run('flood', 'flood 2'),
    run('flood', 'flood 3'),
    run('flood', 'flood 4'),
    run('office', 'office'),
    run(knownLane, 'known'),
  ];
  await Promise.resolve();
  release();
  await Promise.all([first, ...all]);
  expect(order).toEqual(['flood 4 refused', 'flood 3 refused', 'known', 'flood 1', 'office', 'flood 2']);
});
