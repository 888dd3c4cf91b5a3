import { describe, expect, it } from 'vitest';
import type { HubFinder } from '../../../src-main/settings/connectPages.ts';
import { makeConnectionCode } from '../../../src-shared/network/connectionCode.ts';
import { openSettingsPages } from './openSettingsPages.ts';

describe('the server on the network', () => {
  const origin = 'https://192.0.2.7:7443';
  const fingerprint = 'AB:'.repeat(31) + 'AB';
  const hub = { kind: 'hub' as const, origin, authority: { pem: 'PEM', fingerprint } };

  const openPages = (finder: Partial<HubFinder>) => openSettingsPages({ finder });

  it('is listed, compared by its fingerprint, and then remembered with its authority', async () => {
    const asked: string[] = [];
    const { settings, ask, tokenOf } = openPages({
      search: () => Promise.resolve([{ name: 'Mingchu <b>hub</b>', origin }]),
      examine: (address) => {
        asked.push(address);
        return Promise.resolve(hub);
      },
    });
    const token = tokenOf(await ask());
    const list = await ask({ action: 'connect', token });
    expect(list).toContain('Mingchu &lt;b&gt;hub');
    const compared = await ask({ action: `examine ${origin}`, token });
    expect(asked).toEqual([origin]);
    expect(compared).toContain('<code>ABAB</code>');
    expect(settings.read().hub).toBeUndefined();
    expect(await ask({ action: 'useHub', token })).toContain('已选择服务器');
    expect(settings.read()).toMatchObject({ hub: origin, hubAuthority: 'PEM' });
    // Another address by hand was compared by nobody.
    await ask({ action: 'save', token, hub: 'https://192.0.2.8:7443' });
    expect(settings.read()).toMatchObject({ hub: 'https://192.0.2.8:7443', hubAuthority: undefined });
  });

  it('is used by nobody who compared nothing, nor by another window', async () => {
    const { settings, ask, tokenOf } = openPages({ examine: () => Promise.resolve(hub) });
    const [one, other] = [tokenOf(await ask()), tokenOf(await ask())];
    expect(await ask({ action: 'useHub', token: one })).toContain('请重新选择服务器');
    await ask({ action: 'examineAddress', token: one, address: '192.0.2.7' });
    expect(await ask({ action: 'useHub', token: other })).toContain('请重新选择服务器');
    // Whoever looks for another one has not said that this one is right.
    expect(await ask({ action: 'useHub', token: one })).toContain('请重新选择服务器');
    expect(settings.read().hub).toBeUndefined();
  });

  it('is used at once by its connection code, which the program compares itself', async () => {
    const { settings, ask, tokenOf } = openPages({
      examineCode: ({ address }) =>
        Promise.resolve(
          address === '192.0.2.7' ? hub : { kind: 'fault' as const, fault: 'otherFingerprint' as const },
        ),
    });
    const token = tokenOf(await ask());
    const code = (address: string) => makeConnectionCode({ address, port: 7443, fingerprint }) ?? '';
    expect(await ask({ action: 'examineCode', token, connectionCode: 'ABC' })).toContain('连接码有误');
    expect(await ask({ action: 'examineCode', token, connectionCode: code('192.0.2.9') })).toContain(
      '应答的机器与连接码不符',
    );
    expect(settings.read().hub).toBeUndefined();
    expect(await ask({ action: 'examineCode', token, connectionCode: code('192.0.2.7') })).toContain(
      '已选择服务器',
    );
    expect(settings.read()).toMatchObject({ hub: origin, hubAuthority: 'PEM' });
  });

  it.each([
    ['wrongHub', '这不是服务器地址'],
    ['noAnswer', '该地址没有应答'],
    ['notAHub', '不是明厨服务器'],
    ['unknownCertificate', '也无法核对'],
  ] as const)('that is %s is explained', async (fault, words) => {
    const { ask, tokenOf } = openPages({ examine: () => Promise.resolve({ kind: 'fault', fault }) });
    expect(await ask({ action: 'examineAddress', token: tokenOf(await ask()), address: 'x' })).toContain(
      words,
    );
  });
});
