import { beforeEach, describe, expect, it } from 'vitest';
import { createWrongCodes } from '../../../../src-sfu/base/wrongCodes.ts';
import { createSiteLinks, siteSessionId } from '../../../../src-sfu/features/sites/siteLinks.ts';
import type { SiteAudit, SiteLinkRecord } from '../../../../src-sfu/features/sites/sites.repository.ts';
import { createSitesRepository } from '../../../../src-sfu/storage/sites.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import {
  maxLinksOfSite,
  siteCodeLifeMs,
  siteSignInLifeMs,
} from '../../../../src-shared/sites/sites.protocol.ts';

const token = (index: number): string => `phone-${String(index).padStart(3, '0')}-`.padEnd(43, 'x');
let nowMs: number;
let sites: Set<string>;
let written: { link: SiteLinkRecord; audit: SiteAudit | undefined }[];
let ended: string[];
let isFailing: boolean;
let isHeld: Promise<void> | undefined;
let repository: ReturnType<typeof createSitesRepository>;
let links: ReturnType<typeof createSiteLinks>;

async function start(): Promise<void> {
  links = createSiteLinks({
    repository: {
      async saveLink(link, audit) {
        if (isFailing) throw new Error('the disk is full');
        if (isHeld !== undefined) await isHeld;
        written.push({ link, audit });
        await repository.saveLink(link, audit);
      },
    },
    stored: await repository.loadLinks(),
    wrongCodes: createWrongCodes(() => nowMs),
    isSite: (siteId) => sites.has(siteId),
    nowMs: () => nowMs,
    onFault: () => undefined,
  });
  links.onEnded((sessionId) => ended.push(sessionId));
}

beforeEach(async () => {
  nowMs = 1_000_000_000_000;
  sites = new Set(['one', 'two']);
  written = [];
  ended = [];
  isFailing = false;
  isHeld = undefined;
  repository = createSitesRepository(await openStore(':memory:'));
  await start();
});

async function make(siteId = 'one'): Promise<{ code: string; linkId: string }> {
  const made = await links.make({ siteId, forWhom: '张经理' }, '王芳');
  if (!made.ok) throw new Error(made.message);
  return { code: made.data.code, linkId: made.data.link.linkId };
}
const signIn = (code: string, index = 1, more: { address?: string; before?: SiteLinkRecord[] } = {}) =>
  links.signIn({
    code,
    token: token(index),
    device: 'Android',
    address: more.address ?? '10.0.0.1',
    before: more.before ?? [],
  });

describe('a code of a site', () => {
  it('signs one phone in, however it is typed, and neither secret is kept', async () => {
    const { code, linkId } = await make();
    expect(await signIn(` ${code.toLowerCase().replaceAll('-', ' ')} `)).toMatchObject({
      ok: true,
      data: { siteId: 'one', linkId },
    });
    expect(links.find(token(1))).toMatchObject({ siteId: 'one' });
    const kept = JSON.stringify(written) + JSON.stringify(links.listOf('one'));
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(code.replaceAll('-', ''));
    expect(kept).not.toContain(token(1));
    expect(JSON.stringify(links.listOf('one'))).not.toContain('Hash');
    expect(written.map(({ audit }) => audit?.action)).toEqual(['sites:makeLink', 'sites:useLink']);
  });

  it('is of no use to a second phone, and answers the first the same again', async () => {
    const { code } = await make();
    await signIn(code);
    expect(await signIn(code, 1)).toMatchObject({ ok: true });
    expect(await signIn(code, 2)).toMatchObject({ ok: false, reason: 'sites.code_used' });
    expect(links.find(token(2))).toBeUndefined();
  });

  it('signs in one of two phones that send it at the same time', async () => {
    const { code } = await make();
    const answers = await Promise.all([signIn(code, 1), signIn(code, 2)]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
  });

  it.each([
    ['a week later', () => (nowMs += siteCodeLifeMs)],
    ['after the date was set back', () => (nowMs -= 1)],
    ['of a site that was removed', () => sites.delete('one')],
  ])('is of no use %s', async (_case, change) => {
    const { code } = await make();
    change();
    expect(await signIn(code)).toMatchObject({ ok: false, reason: 'sites.code_expired' });
  });

  it('that was made up is refused, and ten of them in a minute are noticed; a right one is taken all the same', async () => {
    const { code } = await make();
    for (let guess = 0; guess < 10; guess += 1) {
      expect(await signIn(`ABCD-EFGH-JKLM-NP${guess}2`)).toMatchObject({ reason: 'sites.code_unknown' });
    }
    const guess = 'ABCD-EFGH-JKLM-NPQ2';
    expect(await signIn(guess)).toMatchObject({ code: 'too_many', reason: 'sites.too_many_wrong_codes' });
    expect(await signIn(guess, 1, { address: '10.0.0.2' })).toMatchObject({ reason: 'sites.code_unknown' });
    // Another phone behind the same address has the right code of its site.
    expect(await signIn(code)).toMatchObject({ ok: true });
    nowMs += 60_000;
    expect(await signIn(guess)).toMatchObject({ reason: 'sites.code_unknown' });
  });

  it('of another site makes the phone that site’s, and ends what it was before', async () => {
    await signIn((await make('one')).code, 1);
    const before = links.find(token(1));
    if (before === undefined) throw new Error('not signed in');
    expect(await signIn((await make('two')).code, 2, { before: [before] })).toMatchObject({
      data: { siteId: 'two' },
    });
    expect(links.find(token(1))).toBeUndefined();
    expect(ended).toEqual([siteSessionId(before)]);
  });

  it('is made for a site that is there, and no more than ten at a time', async () => {
    expect(await links.make({ siteId: 'three', forWhom: 'x' }, '王芳')).toMatchObject({
      reason: 'sites.no_such_site',
    });
    for (let count = 0; count < maxLinksOfSite; count += 1) await make();
    expect(await links.make({ siteId: 'one', forWhom: 'x' }, '王芳')).toMatchObject({
      reason: 'sites.too_many_links',
      parameters: { limit: maxLinksOfSite },
    });
    nowMs += siteCodeLifeMs;
    await make();
  });
});

describe('a phone of a site', () => {
  it('stays signed in over a restart of the hub, and no longer than half a year', async () => {
    await signIn((await make()).code);
    await start();
    expect(links.find(token(1))).toMatchObject({ siteId: 'one' });
    nowMs += siteSignInLifeMs;
    expect(links.find(token(1))).toBeUndefined();
    links.tidy(() => true);
    expect(ended).toHaveLength(1);
  });

  it('is ended at once by the desk, also when that cannot be stored, which is tried again', async () => {
    const { code, linkId } = await make();
    await signIn(code);
    isFailing = true;
    await expect(links.end('one', linkId, 'revoked', '王芳')).rejects.toThrow('the disk is full');
    expect(links.find(token(1))).toBeUndefined();
    expect(ended).toEqual([siteSessionId({ linkId })]);
    isFailing = false;
    links.tidy(() => true);
    await expect.poll(async () => (await repository.loadLinks()).length).toBe(0);
    expect(await signIn(code, 2)).toMatchObject({ reason: 'sites.code_unknown' });
  });

  it('opens nothing for a phone that uses it at the moment when the desk ends it, whichever is written first', async () => {
    const { code, linkId } = await make();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    isHeld = promise;
    const signingIn = signIn(code);
    await Promise.resolve();
    const ending = links.end('one', linkId, 'revoked', '王芳');
    resolve(undefined);
    expect(await signingIn).toMatchObject({ reason: 'sites.code_expired' });
    expect((await ending).ok).toBe(true);
    expect([links.find(token(1)), links.listOf('one')]).toEqual([undefined, []]);
    expect(await repository.loadLinks()).toEqual([]);
  });

  it('of another site is not ended by naming it', async () => {
    const { linkId } = await make('one');
    expect(await links.end('two', linkId, 'revoked', '王芳')).toMatchObject({ reason: 'sites.no_such_link' });
  });

  it('is signed out when its site goes', async () => {
    await signIn((await make()).code);
    links.tidy(() => false);
    expect(links.find(token(1))).toBeUndefined();
    expect(ended).toHaveLength(1);
  });

  it('is listed with its last use and address, which are stored once a minute', async () => {
    await signIn((await make()).code);
    const phone = links.find(token(1));
    if (phone === undefined) throw new Error('not signed in');
    const before = written.length;
    nowMs += 1_000;
    links.used(phone, '10.9.9.9');
    links.used(phone, '10.9.9.9');
    expect(links.listOf('one')).toMatchObject([{ phone: { lastUsedAtMs: nowMs, address: '10.9.9.9' } }]);
    expect(written.length).toBe(before);
    nowMs += 60_000;
    links.used(phone, '10.9.9.8');
    expect(written.length).toBe(before + 1);
  });
});

it('gives a new code for the same link when the command comes again after a kill, and refuses once a phone uses it', async () => {
  const again = (forWhom = '张经理') => links.make({ siteId: 'one', forWhom }, '王芳', 'wang k1');
  const first = await again();
  await start();
  const second = await again();
  if (!first.ok || !second.ok) throw new Error('refused');
  expect(second.data.link.linkId).toBe(first.data.link.linkId);
  expect(links.listOf('one')).toHaveLength(1);
  expect(await signIn(first.data.code)).toMatchObject({ code: 'not_found' });
  const refused = { ok: false, code: 'conflict', reason: 'sites.link_exists' };
  expect(await again('李经理')).toMatchObject(refused);
  expect((await signIn(second.data.code)).ok).toBe(true);
  await start();
  expect(await again()).toMatchObject(refused);
});
