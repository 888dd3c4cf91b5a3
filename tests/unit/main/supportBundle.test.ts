import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKioskCode } from '../../../src-main/settings/kioskCode.ts';
import { openBoundedLog } from '../../../src-main/support/boundedLog.ts';
import { cleanText } from '../../../src-main/support/removeSecrets.ts';
import { makeSupportBundle } from '../../../src-main/support/supportBundle.ts';
import { readArchive } from '../../support/readArchive.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-support-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, content: unknown): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
};

const environment = {
  MINGCHU_PUSH_PRIVATE_KEY: 'planted-env-key-1',
  MINGCHU_PORT: '7400',
  MINGCHU_AUDIT_WEBHOOK: 'https://audit:planted-webhook-2@192.0.2.9/hook',
  PATH: '/planted-path-3',
  OTHER_PASSWORD: 'planted-other-4',
};
const make = (nowMs = 1_000): Promise<string> =>
  makeSupportBundle({
    dataDir: join(folder, 'data'),
    workingDir: folder,
    environment,
    hubOrigin: 'http://127.0.0.1:9',
    appVersion: '1.2.3',
    nowMs,
  });

describe('the support bundle', () => {
  it('has versions, settings and logs, and none of the secrets that lie in them', async () => {
    const code = makeKioskCode('planted-code-5');
    put('data/shell/settings.json', { language: 'en', kioskCode: code, hub: 'http://192.0.2.7:7400' });
    put('mingchu.config.json', {
      port: 7400,
      tlsKey: '/etc/planted-6.pem',
      nested: [{ platformSecret: { inner: 'planted-inner-7' } }],
      cameras: 'rtsp://admin:planted-camera-8@192.0.2.20/stream1',
    });
    put('data/tls/authority.key', '-----BEGIN PRIVATE KEY-----\nplanted-file-9\n-----END PRIVATE KEY-----');
    put('data/mingchu.db', 'planted-database-10');
    const lines = [
      { msg: 'camera failed', url: 'rtsp://root:planted%2Durl-11@192.0.2.21:554/a' },
      { msg: 'page opened', url: 'http://192.0.2.7/wall.html?screen=main&ticket=planted-ticket-12' },
      {
        msg: 'request',
        headers: { authorization: 'Bearer planted-bearer-13', cookie: 'mc=planted-cookie-14' },
      },
      { msg: 'body', text: JSON.stringify({ password: 'planted-escaped-15', camera: 'C1' }) },
      { msg: 'webhook to https://audit:planted-webhook-2@192.0.2.9/hook, key planted-env-key-1' },
      { msg: 'token', value: 'q7Zk2planted16Wm4Xn8Bv5Lp3' },
      { msg: 'pem -----BEGIN RSA PRIVATE KEY-----\nplanted-pem-17\n-----END RSA PRIVATE KEY-----' },
      { msg: 'kept', screen: 'main', durationMs: 1234, pageCode: 404 },
    ];
    put(
      'data/logs/hub.log',
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\npassword=planted-plain-18\n`,
    );
    put('data/logs/../secret.log', 'planted-outside-19');

    const path = await make();
    const files = readArchive(path);
    const all = [...files].flat().join('\n');
    expect(all).not.toMatch(/planted/);
    expect(all).not.toContain(code.hash);
    expect(all).not.toContain(code.salt);
    expect([...files.keys()].toSorted()).toEqual([
      'about.json',
      'hub/files.txt',
      'hub/health.json',
      'logs/hub.log',
      'settings/config.json',
      'settings/environment.json',
      'settings/shell.json',
    ]);
    // What helps is there.
    expect(JSON.parse(files.get('about.json') ?? '')).toMatchObject({ version: '1.2.3' });
    expect(JSON.parse(files.get('settings/shell.json') ?? '')).toMatchObject({ language: 'en' });
    expect(files.get('settings/environment.json')).toContain('7400');
    expect(files.get('logs/hub.log')).toContain('"screen":"main","durationMs":1234,"pageCode":404');
    expect(files.get('logs/hub.log')).toContain('192.0.2.21');
    expect(files.get('hub/files.txt')).toMatch(/mingchu\.db 19/);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  const token = 'q7Zk2PLANTED16Wm4Xn8Bv5Lp3Rt6Yh1Dc9Fs0Gj2Kv';
  /** Each kind of secret that the product has, as it could stand in a log. */
  const secretsByKind: Record<string, [secret: string, line: string][]> = {
    'a key of another system': [
      [token, `{"msg":"refused","signature":"hmac ${token}"}`],
      [token, `GET /api/v1/registry?apiKey=${token} 401`],
    ],
    'a token of a phone or of a body-worn recorder': [
      [token, `{"msg":"joined","phone":"${token}"}`],
      [token, `WHIP POST /whip/3 authorization: Bearer ${token}`],
    ],
    'a cookie': [
      [token, `set-cookie: __Host-mingchu-person-7443=${token}; Path=/; HttpOnly`],
      [token, `{"headers":{"cookie":"mingchu-screen-7400=${token}"}}`],
    ],
    'a password of a camera': [
      ['pl@nted', 'rtsp://admin:pl@nted@192.0.2.20:554/stream1 failed'],
      ['p/lanted?', '{"url":"rtsp://admin:p/lanted?@192.0.2.20/1"}'],
      ['12345678', '{"camera":"C1","password":12345678}'],
      ['planted-zh', '摄像头 C1 密码：planted-zh 无效'],
    ],
    'a secret of an authenticator': [
      [
        'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        'otpauth://totp/Mingchu:li?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mingchu',
      ],
      ['ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP', '{"msg":"seed ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP"}'],
    ],
    'a secret of a webhook': [
      [token, `{"webhook":{"url":"https://city.example/hook","secret":"${token}"}}`],
      ['planted-hook', 'POST https://hook:planted-hook@city.example/in 500'],
    ],
    'the key of web push': [
      [token, `{"vapid":{"publicKey":"B","privateKey":"${token}"}}`],
      [token, `authorization: vapid t=eyJ0eXAi.${token}.x, k=${token}`],
    ],
    'a password of a recorder (GB/T 28181)': [
      ['87654321', 'REGISTER 42120000001320000001 password=87654321'],
      [
        '5f1d3b2a9c8e7f6a5b4c3d2e1f0a9b8c',
        'Authorization: Digest username="4212", response="5f1d3b2a9c8e7f6a5b4c3d2e1f0a9b8c"',
      ],
    ],
    'a code of one use': [
      ['2AK2-3T27-TF2L', 'To become its administrator enter 2AK2-3T27-TF2L'],
      ['482913', '{"code":"482913"}'],
    ],
  };
  it.each(Object.entries(secretsByKind))('has nothing of %s', async (_kind, secrets) => {
    put('data/logs/hub.log', secrets.map(([, line]) => line).join('\n'));
    put('data/logs/shell.log', secrets.map(([, line]) => JSON.stringify({ msg: line })).join('\n'));
    const all = [...readArchive(await make())].flat().join('\n');
    for (const [secret] of secrets) expect(all).not.toContain(secret);
  });

  it('has what the hub says of itself as the shell asks it, and says where there is no answer', async () => {
    const health = async (readHealth?: () => Promise<string>): Promise<string | undefined> => {
      const path = await makeSupportBundle({
        ...{ dataDir: join(folder, 'data'), workingDir: folder, environment: {}, appVersion: '1', nowMs: 1 },
        hubOrigin: 'https://127.0.0.1:9',
        ...(readHealth === undefined ? {} : { readHealth }),
      });
      return readArchive(path).get('hub/health.json');
    };
    const answer = '{"status":"ok","adminPassword":"planted-health"}';
    expect(await health(() => Promise.resolve(answer))).toMatch(/"status":"ok"/);
    expect(await health(() => Promise.resolve(answer))).not.toContain('planted');
    const noAnswer = '{"unreachable":"https://127.0.0.1:9"}';
    expect(await health(() => Promise.reject(new Error('certificate')))).toBe(noAnswer);
    expect(await health()).toBe(noAnswer);
  });

  it('is made also where a log is gone when it is read', async () => {
    put('data/logs/shell.log', 'the last words\n');
    symlinkSync(join(folder, 'gone'), join(folder, 'data', 'logs', 'hub.log'));
    const files = readArchive(await make());
    expect(files.get('logs/shell.log')).toBe('the last words\n');
    expect(files.has('logs/hub.log')).toBe(false);
  });

  it('has no number that is a password in the settings', async () => {
    put('mingchu.config.json', { port: 7400, recorderPassword: 12345678, mapping: 4 });
    const files = readArchive(await make());
    expect([...files].flat().join('\n')).not.toContain('12345678');
    expect(JSON.parse(files.get('settings/config.json') ?? '')).toMatchObject({ port: 7400, mapping: 4 });
  });

  it('is made on a machine where nothing is yet, and the folder keeps five', async () => {
    for (let index = 0; index < 7; index += 1) await make(index * 1_000);
    const names = readdirSync(join(folder, 'data', 'support'));
    expect(names).toHaveLength(5);
    expect(names.toSorted().at(-1)).toContain('1970-01-01T00-00-06');
  });

  it('leaves words and paths readable', () => {
    const text =
      'the surface wall:main was placed at /usr/share/mingchu/assets/wall-screen.css after 1234 ms';
    expect(cleanText(text, [])).toBe(text);
  });
});

describe('logs in a folder', () => {
  it('take no more room than was given to them, and the newest lines are there', () => {
    const log = openBoundedLog(join(folder, 'logs'), 'shell', { fileBytes: 100, files: 3 });
    for (let index = 0; index < 100; index += 1) log.write(`line ${index}`);
    log.write('x'.repeat(10_000));
    log.write('the last line');
    log.close();
    const names = readdirSync(join(folder, 'logs')).toSorted();
    expect(names).toEqual(['shell.1.log', 'shell.2.log', 'shell.log']);
    for (const name of names) expect(statSync(join(folder, 'logs', name)).size).toBeLessThanOrEqual(100);
    expect(readFileSync(join(folder, 'logs', 'shell.log'), 'utf8')).toBe('the last line\n');
  });

  it('go on after the next start', () => {
    for (const line of ['one', 'two']) {
      const log = openBoundedLog(folder, 'hub');
      log.write(line);
      log.close();
    }
    expect(readFileSync(join(folder, 'hub.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it.skipIf(process.platform !== 'linux')(
    'keep no descriptor open for each line that a full disk refuses',
    () => {
      mkdirSync(join(folder, 'logs'));
      symlinkSync('/dev/full', join(folder, 'logs', 'shell.log'));
      const log = openBoundedLog(join(folder, 'logs'), 'shell');
      const openFiles = (): number => readdirSync('/proc/self/fd').length;
      const before = openFiles();
      for (let line = 0; line < 50; line += 1) log.write('refused');
      expect(openFiles()).toBeLessThan(before + 5);
    },
  );

  it('cost nothing but lines where the folder cannot be written', () => {
    put('file', '');
    const log = openBoundedLog(join(folder, 'file', 'logs'), 'shell');
    expect(() => log.write('lost')).not.toThrow();
  });
});
