import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hubEnvironment } from '../../../../scripts/start/hubEnvironment.mjs';
import { readConfig } from '../../../../src-sfu/config.ts';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../scripts/package/${name}`, import.meta.url));
const read = (name: string): string => readFileSync(file(name), 'utf8');

describe('the unit of the installed hub', () => {
  const unit = read('mingchu-hub.service');

  it('gives the hub a user and no rights beyond its own folders', () => {
    for (const line of [
      'User=mingchu',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'PrivateTmp=yes',
      'StateDirectory=mingchu',
      'StateDirectoryMode=0700',
      'UMask=0077',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
    // Nothing else than what systemd makes for it can be written.
    expect(unit).not.toMatch(/^(ReadWritePaths|PermissionsStartOnly)=/m);
  });

  it('starts it again after every end but that of wrong settings', () => {
    expect(unit).toContain('Restart=always');
    expect(unit.split('\n')).toContain('RestartPreventExitStatus=2');
  });

  it('never gives it up: systemd’s own limit of starts is off, and the time between two starts stays at 10 s or less', () => {
    const [head = '', service = ''] = unit.split('[Service]');
    // In [Service] systemd would not know it.
    expect(head.split('\n')).toContain('StartLimitIntervalSec=0');
    expect(service).not.toContain('StartLimit');
    expect(service.split('\n')).toEqual(
      expect.arrayContaining(['RestartSec=1', 'RestartSteps=4', 'RestartMaxDelaySec=10']),
    );
  });

  it('keeps the memory of the hub as small as every other way to start it', () => {
    for (const [name, value] of Object.entries(hubEnvironment)) {
      expect(unit.split('\n')).toContain(`Environment=${name}=${value}`);
      expect(read('Containerfile')).toMatch(new RegExp(`^(?:ENV)? .*\\b${name}=${value}$`, 'm'));
    }
  });

  it('passes settings that the hub knows', () => {
    const variables = [...unit.matchAll(/^Environment=(MINGCHU_\w+)=(.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    const { MINGCHU_CONFIG, ...rest } = Object.fromEntries(variables);
    expect(MINGCHU_CONFIG).toBe('/etc/mingchu/mingchu.config.json');
    expect(readConfig(rest, '/nowhere').dataDir).toBe('/var/lib/mingchu');
  });
});

describe('the scripts of the package', () => {
  it.each(['postinst', 'prerm', 'postrm', 'mingchu'])('%s is one that a shell understands', (name) => {
    expect(() => execFileSync('sh', ['-n', file(name)])).not.toThrow();
  });

  it('never remove records', () => {
    for (const name of ['postinst', 'prerm', 'postrm']) {
      const removed = [...read(name).matchAll(/rm -rf? (.*)/g)].map(([, what]) => what);
      expect(removed.every((what) => what?.startsWith('/var/cache/mingchu'))).toBe(true);
    }
  });
});

describe('the service of the package', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-package-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a script of the package on a machine with systemd and returns what it asked of systemctl. */
  function run(name: string, args: string[], isEnabled = true, isFailed = false): string[] {
    const programs = join(folder, 'bin');
    const log = join(folder, 'log');
    for (const made of [programs, join(folder, 'run'), join(folder, 'cache')])
      mkdirSync(made, { recursive: true });
    for (const program of ['getent', 'adduser', 'install', 'chown', 'chmod'])
      writeFileSync(join(programs, program), '#!/bin/sh\n', { mode: 0o755 });
    const answer = `#!/bin/sh\ncase "$1" in is-enabled) exit ${isEnabled ? 0 : 1};; is-failed) exit ${isFailed ? 0 : 1};; esac\necho "$1" >> ${log}\n`;
    writeFileSync(join(programs, 'systemctl'), answer, { mode: 0o755 });
    writeFileSync(log, '');
    const script = read(name)
      .replaceAll('/run/systemd/system', join(folder, 'run'))
      .replaceAll('/var/cache/mingchu', join(folder, 'cache'));
    execFileSync('sh', ['-c', script, name, ...args], {
      env: { ...process.env, PATH: `${programs}:${process.env.PATH}` },
    });
    return readFileSync(log, 'utf8').trim().split('\n');
  }

  it('is switched on by the first installation, and left as it was by an upgrade', () => {
    expect(run('postinst', ['configure', ''])).toEqual(['daemon-reload', 'enable', 'restart']);
    expect(run('postinst', ['configure', '0.1.0'])).toEqual(['daemon-reload', 'try-restart']);
  });

  it('that has given up is started by an upgrade, which may mend it, unless it was switched off', () => {
    expect(run('postinst', ['configure', '0.1.0'], true, true)).toEqual(['daemon-reload', 'restart']);
    expect(run('postinst', ['configure', '0.1.0'], false, true)).toEqual(['daemon-reload', 'try-restart']);
  });

  it('is on again after it was removed and installed, unless it had been switched off', () => {
    expect(run('prerm', ['remove'], true)).toEqual(['disable']);
    expect(run('postinst', ['configure', '0.1.0'])).toEqual(['daemon-reload', 'enable', 'restart']);
    expect(run('postinst', ['configure', '0.1.0'])).toEqual(['daemon-reload', 'try-restart']);
    expect(run('prerm', ['remove'], false)).toEqual(['disable']);
    expect(run('postinst', ['configure', '0.1.0'])).toEqual(['daemon-reload', 'try-restart']);
  });
});

describe('the desktop application', () => {
  it('is packaged with Electron’s switches off that would let it run as something else', () => {
    const { electronFuses } = JSON.parse(read('electronBuilder.json')) as {
      electronFuses: Record<string, boolean>;
    };
    expect(electronFuses).toMatchObject({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('is made for every system, with its icon, and brings no packages of npm beside its one file', () => {
    const config = JSON.parse(read('electronBuilder.json')) as {
      files: string[];
      extraMetadata: { homepage: string };
      deb: { depends: string[] };
    } & Record<'linux' | 'win' | 'mac', { icon: string; target: string[] }>;
    const targets = (['linux', 'win', 'mac'] as const).flatMap((system) => config[system].target);
    // Without a list of architectures: the hub beside the application has the programs of the machine that builds it.
    expect(targets).toEqual(['AppImage', 'deb', 'nsis', 'dmg']);
    for (const system of ['linux', 'win', 'mac'] as const) {
      const icon = readFileSync(file(`../../${config[system].icon}`));
      // The width in the header of a PNG: systems ask for 512 and more.
      expect(icon.readUInt32BE(16)).toBeGreaterThanOrEqual(512);
    }
    expect(config.files).toContain('!node_modules/**');
    // Without these electron-builder makes no Debian package, and Electron has no key store.
    expect(config.extraMetadata.homepage).not.toBe('');
    expect(config.deb.depends).toContain('libsecret-1-0');
  });
});

describe('the container', () => {
  const steps = read('Containerfile');

  it('runs the hub by the settings and the user of the unit, over a base that can be named', () => {
    expect(steps).toMatch(/^ARG BASE=\S+\nFROM \$\{BASE\}$/m);
    expect(steps).toMatch(/^USER mingchu$/m);
    const command = /^ExecStart=(.*)$/m.exec(read('mingchu-hub.service'))?.[1]?.split(' ');
    expect(/^ENTRYPOINT (.*)$/m.exec(steps)?.[1]).toBe(JSON.stringify(command).replaceAll(',', ', '));
    expect(steps).toContain('VOLUME /var/lib/mingchu');
  });
});
