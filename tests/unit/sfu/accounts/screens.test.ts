import { expect, it } from 'vitest';
import { createLateWrites } from '../../../../src-sfu/features/accounts/lateWrites.ts';
import {
  createMemoryAccounts,
  type ScreenRecord,
} from '../../../../src-sfu/features/accounts/accounts.repository.ts';
import { createScreensService } from '../../../../src-sfu/features/accounts/screens.service.ts';
import { pairingCodeLifeMs, screenIdleLifeMs } from '../../../../src-shared/accounts/accounts.protocol.ts';
import type { Ack } from '../../../../src-shared/protocol/define.ts';

function start(stored: readonly ScreenRecord[] = [], repository = createMemoryAccounts()) {
  let now = 1_790_000_000_000;
  const onFault = (error: unknown): void => {
    throw error;
  };
  const screens = createScreensService({
    repository,
    lateWrites: createLateWrites({ repository, onFault }),
    stored,
    nowMs: () => now,
    onFault,
  });
  const begin = (address = '192.0.2.9') => screens.begin({ surface: 'wall', screenId: 'main', address });
  return { repository, screens, begin, pass: (ms: number) => void (now += ms) };
}
function dataOf<T>(answer: Ack<T>): T {
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}

it('pairs a screen by the code it shows, once', async () => {
  const { screens, begin } = start();
  const { code, secret } = dataOf(begin());
  expect(await screens.collect(secret)).toEqual({ ok: true, data: { credential: undefined } });
  const typed = { code: code.toLowerCase().replace('-', ''), name: '大屏' };
  const answers = await Promise.all([screens.confirm(typed, '王芳'), screens.confirm(typed, '李')]);
  expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  const { credential = '' } = dataOf(await screens.collect(secret));
  expect(screens.find(credential)).toMatchObject({ screenId: 'main', name: '大屏', pairedBy: '王芳' });
  expect(await screens.collect(secret)).toMatchObject({ reason: 'accounts.pairing_expired' });
});

it('leaves one pairing behind when the hub was killed after the confirmation, before the screen had its credential', async () => {
  const killed = start();
  const { code } = dataOf(killed.begin());
  await killed.screens.confirm({ code, name: '大屏' }, '王芳');
  const direct = await killed.screens.pairDirectly(
    { surface: 'wall', screenId: 'main', name: '本机' },
    'hub',
  );
  const next = start((await killed.repository.load()).screens, killed.repository);
  next.pass(60_000);
  const again = dataOf(next.begin());
  await next.screens.confirm({ code: again.code, name: '大屏幕' }, '王芳');
  const { credential = '' } = dataOf(await next.screens.collect(again.secret));
  expect(next.screens.list().map(({ name }) => name)).toEqual(['本机', '大屏幕']);
  expect(next.screens.find(direct.credential)).toBeDefined();
  // One that is in use stays, though another screen of that address is paired.
  const screen = next.screens.find(credential);
  next.pass(1_000);
  if (screen !== undefined) next.screens.used(screen, '192.0.2.9');
  const last = start((await next.repository.load()).screens, next.repository);
  const beside = dataOf(last.begin());
  await last.screens.confirm({ code: beside.code, name: '第二块' }, '王芳');
  expect(last.screens.list()).toHaveLength(3);
});

it('forgets a code after its time, and shares the places out by address', async () => {
  const { screens, begin, pass } = start();
  const { code } = dataOf(begin());
  for (let more = 1; more < 20; more += 1) begin();
  expect(begin()).toMatchObject({ reason: 'accounts.too_many_pairings' });
  expect(begin('192.0.2.10').ok).toBe(true);
  pass(pairingCodeLifeMs);
  expect(await screens.confirm({ code, name: '大屏' }, '王芳')).toMatchObject({
    reason: 'accounts.pairing_unknown',
  });
  expect(begin().ok).toBe(true);
});

it('keeps no screen out for those who take every place: the oldest of the network with most gives way', async () => {
  const { screens, begin } = start();
  const own = dataOf(begin());
  const taken = Array.from({ length: 99 }, (_, index) =>
    dataOf(begin(`198.51.100.${Math.floor(index / 20)}`)),
  );
  const { code } = dataOf(begin('192.0.2.10'));
  expect(await screens.confirm({ code, name: '大屏' }, '王芳')).toMatchObject({ ok: true });
  expect(await screens.collect(own.secret)).toMatchObject({ ok: true });
  expect(await screens.collect(taken[0]?.secret ?? '')).toMatchObject({ reason: 'accounts.pairing_expired' });
});

it('counts all addresses of a network of IPv6 as one, because one machine can have them', () => {
  const { begin } = start();
  const answers = Array.from({ length: 21 }, (_, index) => begin(`2001:db8::${index}`).ok);
  expect([answers.lastIndexOf(true), answers.indexOf(false)]).toEqual([19, 20]);
});

it('says at once that a revoked screen has ended, and knows its credential no more', async () => {
  const { screens } = start();
  const { credential, pairingId } = await screens.pairDirectly(
    { surface: 'wall', screenId: 'main', name: '大屏' },
    'hub',
  );
  const ended: string[] = [];
  screens.onEnded((id) => ended.push(id));
  await screens.revoke(pairingId, '王芳');
  expect([ended, screens.find(credential)]).toEqual([[pairingId], undefined]);
});

it('lets a screen in by a ticket, once, though two ask at one time, and not by a code', async () => {
  const { screens } = start();
  const { secret } = screens.ticket({ surface: 'wall', screenId: 'hall', name: '大厅' }, 'command line');
  expect(await screens.confirm({ code: '', name: '别人' }, '王芳')).toMatchObject({
    reason: 'accounts.pairing_unknown',
  });
  const answers = await Promise.all([screens.collect(secret), screens.collect(secret)]);
  expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  const { credential = '' } = dataOf(answers[0] ?? (await screens.collect(secret)));
  expect(screens.find(credential)).toMatchObject({
    screenId: 'hall',
    name: '大厅',
    pairedBy: 'command line',
  });
});

it('forgets a ticket that nobody used in its time, and pairs nothing for it', async () => {
  const { screens, pass } = start();
  const { secret } = screens.ticket({ surface: 'wall', screenId: 'hall', name: '大厅' }, 'command line');
  pass(pairingCodeLifeMs);
  expect(await screens.collect(secret)).toMatchObject({ reason: 'accounts.pairing_expired' });
  expect(screens.list()).toEqual([]);
});

it('ends a pairing that nobody used for 90 days, says so on the list before, and keeps one that is in use', async () => {
  const { screens, pass, repository } = start();
  const pair = (screenId: string) =>
    screens.pairDirectly({ surface: 'wall', screenId, name: screenId }, 'hub');
  const [idle, busy] = [await pair('idle'), await pair('busy')];
  const ended: string[] = [];
  screens.onEnded((id) => ended.push(id));
  const day = 24 * 3_600_000;
  const daysLeft = () => Object.fromEntries(screens.list().map(({ name, endsInDays }) => [name, endsInDays]));
  pass(screenIdleLifeMs - 14 * day);
  expect(daysLeft()).toEqual({ idle: undefined, busy: undefined });
  pass(day);
  screens.used(busy, '192.0.2.7');
  expect(daysLeft()).toEqual({ idle: 13, busy: undefined });
  expect(screens.list().find(({ name }) => name === 'busy')).toMatchObject({ address: '192.0.2.7' });
  pass(13 * day - 1);
  screens.expire();
  expect(screens.find(idle.credential)).toBeDefined();
  pass(1);
  expect(screens.find(idle.credential)).toBeUndefined();
  screens.expire();
  expect(ended).toEqual([idle.pairingId]);
  expect(screens.find(busy.credential)).toBeDefined();
  expect((await repository.load()).screens.map(({ name }) => name)).toEqual(['busy']);
});

it('asks showcase screens for codes as long as one is good, once that is in the audit log', async () => {
  const { screens, pass, repository } = start();
  expect(screens.isAskingForCodes()).toBe(false);
  dataOf(await screens.askForCodes('王芳'));
  expect(repository.entries.at(-1)).toMatchObject({ actor: '王芳', action: 'accounts:askForCodes' });
  pass(pairingCodeLifeMs - 1);
  expect(screens.isAskingForCodes()).toBe(true);
  pass(1);
  expect(screens.isAskingForCodes()).toBe(false);
  repository.save = () => Promise.reject(new Error('full'));
  await expect(screens.askForCodes('王芳')).rejects.toThrow('full');
  expect(screens.isAskingForCodes()).toBe(false);
});
