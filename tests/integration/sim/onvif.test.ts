import { networkInterfaces } from 'node:os';
import { Cam, Discovery } from 'onvif';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { OnvifDiscovery } from '../../../src-sim/onvif/discovery.ts';
import { OnvifDevice } from '../../../src-sim/onvif/onvifDevice.ts';
import type { OnvifHabits } from '../../../src-sim/onvif/onvifHabits.ts';
import { TurningHead } from '../../../src-sim/turning/turningHead.ts';
import { eventually } from '../../support/processes.ts';

const account = { username: 'admin', password: 'Kitchen-7' };
const head = new TurningHead();
const device = new OnvifDevice({
  host: '127.0.0.1',
  endpoint: 'urn:uuid:4d696e67-6368-4075-8000-000000000001',
  name: '后厨一号',
  make: 'Mingchu',
  model: 'Dome',
  serial: 'A<&1',
  account,
  sources: [
    {
      token: 'V1',
      name: '灶台',
      streams: { main: 'rtsp://127.0.0.1:8554/c1/main', sub: 'rtsp://127.0.0.1:8554/c1/sub' },
      hasSound: true,
      hasEar: true,
      head,
      photograph: () => Promise.resolve(Buffer.from([0xff, 0xd8, 0xff, 0xd9])),
    },
  ],
});
const onNetwork = { ...device.settings, host: '0.0.0.0', endpoint: 'urn:uuid:on-the-network' };
let probeHabits: OnvifHabits = {};
const discovery = new OnvifDiscovery(() => [
  { settings: device.settings, habits: {}, port: device.port },
  { settings: onNetwork, habits: probeHabits, port: 8_600 },
]);
const hasNetwork = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ family, internal }) => family === 'IPv4' && !internal),
);

beforeAll(async () => {
  await device.open();
  await discovery.open();
});

afterAll(async () => {
  discovery.close();
  await device.close();
});

beforeEach(() => {
  device.habits = {};
});

/** A foreign client that is connected: clock, services, profiles and sources are read. */
function connected(password = account.password): Promise<Cam> {
  const { hostname, port } = new URL(device.url);
  return new Promise((resolve, reject) => {
    const camera: Cam = new Cam({ hostname, port: Number(port), ...account, password }, (error) =>
      error ? reject(error) : resolve(camera),
    );
  });
}

async function soap(path: string, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${device.url}${path}`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

const asking = (request: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${request}</s:Body></s:Envelope>`;
const tokensOf = ({ profiles = [] }: Cam): string[] => profiles.map(({ $ }) => $.token);
const position = (): number => head.pose.pan;

/** What a function of the foreign client answers. */
function answerOf<Value>(
  ask: (done: (error: unknown, value?: Value) => void) => void,
): Promise<Value | undefined> {
  return new Promise((resolve, reject) =>
    ask((error, value) =>
      error ? reject(error instanceof Error ? error : new Error('refused')) : resolve(value),
    ),
  );
}

it.skipIf(!hasNetwork)(
  'a foreign client finds what is on its network by a probe, and nothing else',
  async () => {
    const found = async (): Promise<string[]> => {
      const devices = await answerOf<object[]>((done) =>
        Discovery.probe({ timeout: 700, resolve: false }, done),
      );
      return (JSON.stringify(devices).match(/urn:uuid:(on-the-network|4d696e67[\w-]*)/g) ?? []).sort();
    };
    expect(await found()).toEqual([onNetwork.endpoint]);
    probeHabits = { lostProbes: 2 };
    expect(await found()).toEqual([]);
    probeHabits = { lostProbes: 2, answersPerProbe: 3 };
    expect(await found()).toEqual([onNetwork.endpoint]);
  },
);

it('a foreign client reads profiles and addresses, turns it, uses presets, and pulls an event', async () => {
  const camera = await connected();
  expect(tokensOf(camera)).toEqual(['V1_main', 'V1_sub']);
  const uri = await answerOf<{ uri: string }>((done) =>
    camera.getStreamUri({ protocol: 'RTSP', profileToken: 'V1_sub' }, done),
  );
  expect(uri?.uri).toBe('rtsp://127.0.0.1:8554/c1/sub');
  const before = position();
  await answerOf((done) => camera.continuousMove({ x: 1, y: 0, zoom: 0, timeout: 60_000 }, done));
  await eventually('it turns', () => position() > before + 0.02, 5_000);
  await answerOf((done) => camera.stop({ panTilt: true, zoom: true }, done));
  expect(head.isMoving).toBe(false);
  const there = position();
  await answerOf((done) => camera.setPreset({ presetName: '灶台' }, done));
  const presets = JSON.stringify(await answerOf((done) => camera.getPresets({}, done)));
  expect(presets).toContain('灶台');
  head.goTo({ pan: 0, tilt: 0, zoom: 0 });
  const preset = /preset\d+/.exec(presets)?.[0] ?? '';
  await answerOf((done) => camera.gotoPreset({ preset }, done));
  expect(position()).toBeCloseTo(there, 3);
  const event = new Promise<unknown>((resolve) => camera.on('event', resolve));
  await eventually('it subscribes', () => device.subscriptions === 1, 5_000);
  device.raise('motion');
  expect(JSON.stringify(await event)).toMatch(/VideoSource\/MotionAlarm/);
  camera.removeAllListeners();
});

it('asks for the password by digest alone, by token alone, and refuses a wrong one and a wrong clock', async () => {
  expect(tokensOf(await connected('wrong'))).toEqual([]);
  for (const authentication of ['digest', 'token'] as const) {
    device.habits = { authentication };
    expect(tokensOf(await connected())).toHaveLength(2);
  }
  // The foreign client asks for the clock and signs by it, which helps where the clock is only wrong.
  device.habits = { authentication: 'token', clockOffsetMs: -7 * 3_600_000 };
  expect(tokensOf(await connected())).toHaveLength(2);
  device.habits = { authentication: 'token', localTimeInUtcMs: 8 * 3_600_000 };
  expect(tokensOf(await connected())).toEqual([]);
});

it('answers what is broken, unknown or not allowed with a fault, and goes on', async () => {
  const cases: [string, string, number, RegExp][] = [
    ['/onvif/device_service', '', 400, /WellFormed/],
    ['/onvif/device_service', '<a><b></a>', 400, /WellFormed/],
    ['/onvif/device_service', `<!DOCTYPE x [<!ENTITY a "b">]>${asking('<x/>')}`, 400, /WellFormed/],
    ['/onvif/device_service', '<a>'.repeat(20_000), 400, /WellFormed/],
    ['/onvif/device_service', 'x'.repeat(70_000), 400, /too large/],
    ['/onvif/device_service', asking('<Reboot/>'), 401, /NotAuthorized/],
    ['/onvif/media_service', asking('<GetProfiles/>'), 401, /NotAuthorized/],
    ['/onvif/device_service', asking('<GetSystemDateAndTime/>'), 200, /UTCDateTime/],
    ['/onvif/nothing', asking('<x/>'), 404, /^$/],
    ['/onvif/subscription/00000000-0000-0000-0000-000000000000', asking('<Renew/>'), 401, /NotAuthorized/],
  ];
  for (const [path, body, status, text] of cases) {
    const answer = await soap(path, body);
    expect([body.slice(0, 40), answer.status]).toEqual([body.slice(0, 40), status]);
    expect(answer.text).toMatch(text);
  }
  expect((await fetch(`${device.url}/snapshot/V1.jpg`)).status).toBe(401);
});

it('has each of the faults that real cameras are known for', async () => {
  const withHabits = async (habits: OnvifHabits, request: string): Promise<string> => {
    device.habits = habits;
    return (await soap('/onvif/device_service', asking(request))).text;
  };
  expect(await withHabits({}, '<GetServices/>')).toMatch(/ver20\/media.*ver20\/ptz.*ver10\/events/);
  expect(await withHabits({ mediaOneOnly: true }, '<GetServices/>')).not.toContain('ver20/media/wsdl</');
  expect(await withHabits({ withoutPtz: true }, '<GetServices/>')).not.toContain('ptz_service');
  expect(await withHabits({ withoutEvents: true }, '<GetServices/>')).not.toContain('event_service');
  expect(await withHabits({ answersHost: '10.9.8.7' }, '<GetServices/>')).toContain('http://10.9.8.7:');
  expect(await withHabits({ hostile: 'entityBomb' }, '<GetServices/>')).toContain('<!ENTITY e9');
  device.habits = {};
  const camera = await connected();
  const move = (x: number, timeout: number): Promise<unknown> =>
    answerOf((done) => camera.continuousMove({ x, y: 0, zoom: 0, timeout }, done));
  for (const refused of ['refused', 'unknown'] as const) {
    device.habits = { stop: refused };
    await move(-1, 60_000);
    await expect(answerOf((done) => camera.stop({}, done))).rejects.toThrow();
    expect(head.isMoving).toBe(true);
  }
  device.habits = {};
  await move(1, 100);
  await eventually('it stops by its timeout', () => !head.isMoving, 5_000);
});
