import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batteryAt } from '../../../../src-sim/squads/battery.ts';
import { openKeptPhones } from '../../../../src-sim/squads/keptPhones.ts';
import { readSquadsSettings } from '../../../../src-sim/squads/settings.ts';

const token = 'a'.repeat(43);

describe('what the phones keep', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mingchu-kept-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is there at the next start, and for nobody else to read', () => {
    const file = join(folder, 'data', 'demo-squads.json');
    const phones = openKeptPhones(file);
    phones.made('demo-a');
    phones.keepToken('demo-a-1', token);
    phones.keepToken('demo-a-2', token);
    phones.forgetToken('demo-a-2');
    expect(openKeptPhones(file).kept).toEqual({ made: ['demo-a'], tokens: { 'demo-a-1': token } });
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('counts as nothing when it is spoilt, and is whole again after the next write', () => {
    const file = join(folder, 'demo-squads.json');
    for (const spoilt of ['', '{"made":', '{"made":[1]}', '{"made":[],"tokens":{"x":"short"}}']) {
      writeFileSync(file, spoilt);
      const phones = openKeptPhones(file);
      expect(phones.kept).toEqual({ made: [], tokens: {} });
      phones.made('demo-a');
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ made: ['demo-a'], tokens: {} });
    }
  });
});

describe('a phone’s battery', () => {
  it('goes down over a shift, and up on the charger', () => {
    const hourMs = 3_600_000;
    const levels = [0, 3, 6, 8.9].map((hours) => batteryAt(hours * hourMs, 0));
    expect(levels.map(({ isCharging }) => isCharging)).toEqual([false, false, false, false]);
    expect(levels.map(({ batteryLevel }) => batteryLevel)).toEqual([1, 0.71, 0.41, 0.13]);
    expect(batteryAt(9.75 * hourMs, 0)).toEqual({ batteryLevel: 0.56, isCharging: true });
  });
});

describe('the settings of the squads', () => {
  it('have defaults for all but the folder', () => {
    expect(readSquadsSettings({ MINGCHU_DATA_DIR: '/data', MINGCHU_BROWSER: ' ' })).toEqual({
      hubUrl: 'http://127.0.0.1:7400',
      hubDataDir: '/data',
      keptFile: '/data/demo-squads.json',
      sites: 1_500,
      pace: 1,
      hasLeader: true,
      browserPath: undefined,
    });
  });

  it('name the hub, and the folder of its socket where that is another one', () => {
    const { hubDataDir, hubUrl } = readSquadsSettings({
      MINGCHU_DATA_DIR: '/data',
      MINGCHU_HUB_DATA_DIR: '/hub',
      MINGCHU_HUB_URL: 'http://127.0.0.1:7500/',
    });
    expect([hubDataDir, hubUrl]).toEqual(['/hub', 'http://127.0.0.1:7500']);
  });

  it.each([
    [{}, 'MINGCHU_DATA_DIR'],
    [{ MINGCHU_DATA_DIR: '/data', MINGCHU_HUB_URL: 'hub' }, 'MINGCHU_HUB_URL'],
    [{ MINGCHU_DATA_DIR: '/data', MINGCHU_DEMO_LEADER: 'perhaps' }, 'MINGCHU_DEMO_LEADER'],
    [{ MINGCHU_DATA_DIR: '/data', MINGCHU_SIM_SITES: '0' }, 'MINGCHU_SIM_SITES'],
  ])('name what is wrong in %o', (environment, name) => {
    expect(() => readSquadsSettings(environment)).toThrow(name);
  });
});
