import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, environmentName, outdatedSettings, readConfig } from '../../../src-sfu/config.ts';

describe('the hub’s configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingchu-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const writeConfig = (text: string | Buffer): void =>
    writeFileSync(join(folder, 'mingchu.config.json'), text);
  const failure = (environment: NodeJS.ProcessEnv = {}): string => {
    try {
      readConfig(environment, folder);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message;
    }
    throw new Error('the configuration was taken');
  };

  it.each([
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, the other way round', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('reads a file that was saved as %s', (_name, encode) => {
    writeConfig(encode('{ "port": 7411 }'));
    expect(readConfig({}, folder).port).toBe(7411);
  });

  it('explains a file that is no text or no JSON', () => {
    writeConfig(Buffer.from([0x7b, 0x80, 0xff, 0x7d]));
    expect(failure()).toMatch(/is not text in UTF-8.*save it as UTF-8/);
    writeConfig(Buffer.from('\ufeff{ "port": }', 'utf16le'));
    expect(failure()).toMatch(/is not JSON: .*Correct it or remove it/);
  });

  it('needs no file', () => {
    expect(readConfig({}, folder)).toMatchObject({ port: 7400, lingerMs: 10_000 });
  });

  it('reads the file, and lets the environment win', () => {
    writeConfig('{ "port": 8000, "lingerMs": 500 }');
    const config = readConfig({ MINGCHU_PORT: '9000' }, folder);
    expect(config).toMatchObject({ port: 9000, lingerMs: 500 });
  });

  it('starts with what older hubs knew, which opens nothing, and says what to do now', () => {
    expect(outdatedSettings({}, folder)).toEqual([]);
    writeConfig('{ "port": 8000, "trustLoopback": true, "accessKey": "k" }');
    const environment = { MINGCHU_ACCESS_LINK: 'http://hub/?access=k' };
    expect(Object.keys(readConfig(environment, folder)).join()).not.toMatch(/access|trust/i);
    const sentences = outdatedSettings(environment, folder);
    expect(sentences).toHaveLength(3);
    for (const sentence of sentences) expect(sentence).toMatch(/has no effect any more.*sign in.*remove it/);
    writeConfig('{}');
    expect(outdatedSettings({ MINGCHU_TRUST_LOOPBACK: 'true' }, folder)[0]).toMatch(
      /"trustLoopback" \(MINGCHU_TRUST_LOOPBACK\)/,
    );
  });

  it('names environment variables after the settings', () => {
    expect(environmentName('rtcPort')).toBe('MINGCHU_RTC_PORT');
  });

  it('says where a broken file is broken', () => {
    writeConfig('{ "port": 8000, ');
    expect(failure()).toMatch(/mingchu\.config\.json is not JSON: .*position/);
    writeConfig('[]');
    expect(failure()).toMatch(/must hold one JSON object/);
  });

  it('says that a file named does not exist', () => {
    expect(failure({ MINGCHU_CONFIG: join(folder, 'other.json') })).toMatch(/other\.json .*no such file/);
  });

  it('names every wrong setting, by both its names', () => {
    writeConfig('{ "lingerMs": -1, "prot": 1 }');
    const message = failure({ MINGCHU_PORT: 'seventy' });
    expect(message).toMatch(/"port" \(MINGCHU_PORT\)/);
    expect(message).toMatch(/"lingerMs" \(MINGCHU_LINGER_MS\)/);
    expect(message).toMatch(/unknown setting "prot"/);
  });
});
