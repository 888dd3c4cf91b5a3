import { describe, expect, it } from 'vitest';
import { originToTrust, surfaceUrl, withTicket } from '../../../src-main/hub/hubAddress.ts';
import { readShellOptions, ShellOptionsError } from '../../../src-main/settings/shellOptions.ts';

const read = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  readShellOptions(args, environment, '/home/officer/.local/share');

describe('the settings of the shell', () => {
  it('need nothing', () => {
    expect(read([])).toEqual({
      hub: { origin: 'http://127.0.0.1:7400' },
      hubIsNamed: false,
      surfaces: [],
      kiosk: false,
      hasDeskToo: false,
      dataDir: '/home/officer/.local/share/mingchu',
      hasOutdatedLink: false,
      profilesDir: '/home/officer/.local/share/mingchu/shell',
      browserFlags: [],
    });
  });

  it('come from the environment, and arguments win', () => {
    const environment = {
      MINGCHU_HUB_URL: 'http://192.0.2.7:7400',
      MINGCHU_ACCESS_LINK: 'http://192.0.2.7:7400/wall.html?access=KEY',
      MINGCHU_SURFACE: 'desk',
      MINGCHU_KIOSK: '1',
      MINGCHU_DATA_DIR: '/srv/mingchu',
    };
    expect(read([], environment)).toMatchObject({
      hub: { origin: 'http://192.0.2.7:7400' },
      hasOutdatedLink: true,
      dataDir: '/srv/mingchu',
      hubIsNamed: true,
      surfaces: [{ surface: 'desk' }],
      kiosk: true,
      profilesDir: '/srv/mingchu/shell',
    });
    expect(read(['--hub', 'http://192.0.2.8:80/?access=OTHER'])).toMatchObject({
      hub: { origin: 'http://192.0.2.8' },
      hasOutdatedLink: true,
    });
    expect(read(['--hub', 'http://192.0.2.8:80/'])).toMatchObject({ hasOutdatedLink: false });
  });

  it('name one surface with its screen, or several with their displays', () => {
    expect(read(['--surface', 'wall', '--screen', 'east']).surfaces).toEqual([
      { surface: 'wall', screenId: 'east' },
    ]);
    expect(read(['--screen=east']).surfaces).toEqual([{ surface: 'wall', screenId: 'east' }]);
    expect(read(['--surfaces', 'desk@1, wall@2']).surfaces).toEqual([
      { surface: 'desk', displayNumber: 1 },
      { surface: 'wall', screenId: 'main', displayNumber: 2 },
    ]);
  });

  it('leave the flags of Chromium alone', () => {
    expect(read(['.', '--no-sandbox', '--lang=zh-CN', '--kiosk']).kiosk).toBe(true);
    expect(read(['--kiosk', '--', '--headless', '--hub=x']).browserFlags).toEqual(['--headless', '--hub=x']);
  });

  it.each([
    [['--hub', 'kitchen'], '"kitchen" is not the address of a hub'],
    [['--hub', 'ftp://192.0.2.7/'], 'is not the address of a hub'],
    [['--hub'], '--hub needs a value'],
    [['--surface', 'kitchen'], '"kitchen" is not a surface'],
    [['--surface', 'desk', '--screen', 'main'], '"desk:main" is not a surface'],
    [['--screen', '../etc'], '"wall:../etc" is not a surface'],
    [['--surfaces', 'wall@0'], '"wall@0" is not a surface'],
    [['--surfaces', 'desk@1,desk@2'], '"desk" is asked for twice'],
    [['--surfaces', 'desk', '--surface', 'wall'], 'Give either --surfaces'],
  ])('refuse %j', (args, message) => {
    expect(() => read(args)).toThrow(ShellOptionsError);
    expect(() => read(args)).toThrow(message);
  });
});

describe('the address of a surface', () => {
  const hub = { origin: 'http://192.0.2.7:7400' };

  it('names the screen, and a ticket only where it is wanted', () => {
    expect(surfaceUrl(hub, { surface: 'wall', screenId: 'main' })).toBe(
      'http://192.0.2.7:7400/wall.html?screen=main',
    );
    expect(withTicket('http://192.0.2.7:7400/wall.html?screen=main', 'a+b')).toBe(
      'http://192.0.2.7:7400/wall.html?screen=main&ticket=a%2Bb',
    );
  });

  it('is safe by itself on this machine and over TLS, and must be trusted over plain HTTP', () => {
    expect(originToTrust('http://127.0.0.1:7400')).toBeUndefined();
    expect(originToTrust('http://localhost:7400')).toBeUndefined();
    expect(originToTrust('http://[::1]:7400')).toBeUndefined();
    expect(originToTrust('https://hub.example')).toBeUndefined();
    expect(originToTrust('http://192.0.2.7:7400')).toBe('http://192.0.2.7:7400');
  });
});
