import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerWithinMs } from '../../../../src-shared/citizens/citizenReport.ts';
import { reportLimits } from '../../../../src-sfu/features/citizens/citizenLimits.ts';
import { createRetentionRepository } from '../../../../src-sfu/storage/retention.sql.ts';
import { createAuditRepository } from '../../../../src-sfu/storage/audit.sql.ts';
import {
  follow,
  newId,
  openStage,
  otherSiteCode,
  send,
  siteCode,
  type CitizensStage,
} from './citizensStage.ts';

let stage: CitizensStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const report = (text: string, more: object = {}) => ({ id: newId(), site: siteCode, text, ...more });
const picture = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer();
/** Lets everything that is under way go on, while the timers stand still. */
/** Gives up after 5 s, whatever the test's clock says. */
async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo() && performance.now() < endMs) await new Promise(setImmediate);
}
/** What waits for the store goes on. */
async function letRun(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await new Promise(setImmediate);
}
const codeOf = (answer: { json(): unknown }): string => (answer.json() as { code: string }).code;

describe('a report', () => {
  it('becomes an alert of its site, is followed by its code, and is answered to who sent it alone', async () => {
    const answer = await send(stage, report('案板上有老鼠'));
    expect(answer.statusCode).toBe(201);
    const { code, receivedAtMs, dueAtMs } = answer.json<Record<string, number>>();
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);
    expect((dueAtMs ?? 0) - (receivedAtMs ?? 0)).toBe(answerWithinMs);
    expect(stage.alerts.taken).toMatchObject([{ text: '案板上有老鼠', place: { siteName: '一店' } }]);
    const typed = String(code).toLowerCase().replace('-', ' ');
    expect((await follow(stage, typed)).json()).toEqual({
      siteName: '一店',
      stage: 'received',
      receivedAtMs,
      dueAtMs,
    });

    const [{ report: open } = { report: undefined }] = [...stage.book.open()];
    stage.alerts.acknowledged.add(open?.alertId ?? '');
    stage.book.alertsAcknowledged(new Set([open?.alertId ?? '']));
    await stage.book.exclusive(async () => undefined);
    expect((await follow(stage, typed)).json()).toMatchObject({ stage: 'looked_into' });

    const done = await stage.citizens.answer([open?.reportId ?? ''], '已到现场整改', '王芳');
    expect(done).toMatchObject({ ok: true, data: { answeredIds: [open?.reportId] } });
    const seen = await follow(stage, typed);
    expect(seen.json()).toMatchObject({ stage: 'answered', answer: '已到现场整改' });
    expect(seen.headers['cache-control']).toBe('no-store');
    for (const secret of ['王芳', open?.reportId, open?.alertId, '咸安区'])
      expect(seen.body).not.toContain(secret);

    // The same answer again changes nothing; another one is refused.
    expect(await stage.citizens.answer([open?.reportId ?? ''], '已到现场整改', '王芳')).toMatchObject({
      ok: true,
    });
    expect(await stage.citizens.answer([open?.reportId ?? ''], '没有', '李强')).toMatchObject({
      ok: false,
      reason: 'citizens.answered_already',
    });
    const found = await createAuditRepository(stage.store).search({}, 10);
    expect(found.lines.map(({ action, actor }) => [action, actor])).toEqual([
      ['citizens:answer', '王芳'],
      ['citizens:receive', 'public'],
    ]);
    expect(JSON.stringify(found)).not.toContain(code);
  });

  it('is taken once however often it is sent, also by the next hub, and its id with other content is refused', async () => {
    const sent = report('垃圾桶没盖');
    const first = await send(stage, sent);
    const second = await send(stage, sent, '192.0.2.7');
    expect([second.statusCode, second.body]).toEqual([201, first.body]);
    await stage.restart();
    expect((await send(stage, sent)).body).toBe(first.body);
    const other = await send(stage, { ...sent, text: '其他内容' });
    expect([other.statusCode, other.json<{ error: { code: string } }>().error.code]).toEqual([
      409,
      'id_reused',
    ]);
    expect(stage.alerts.taken).toHaveLength(1);
    expect(stage.citizens.results()).toMatchObject({ received: 0, repeated: 1, refused: 1 });
  });

  it('that could not become an alert yet is refused with when to try again, and becomes one when it comes again', async () => {
    stage.alerts.isBroken = true;
    const sent = report('有蟑螂', { photo: await picture('#a33') });
    const refused = await send(stage, sent);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '60']);
    expect(refused.json()).toMatchObject({ error: { code: 'not_stored', retryAfterSeconds: 60 } });
    await stage.restart();
    stage.alerts.isBroken = false;
    stage.alerts.pictures.clear();
    expect((await send(stage, sent)).statusCode).toBe(201);
    expect(stage.alerts.taken).toHaveLength(1);
    expect(stage.alerts.pictures.size).toBe(1);
  });

  it('that could not become an alert yet becomes one with its photograph when its sender does not come again', async () => {
    stage.alerts.isBroken = true;
    expect((await send(stage, report('有老鼠', { photo: await picture('#3a3') }))).statusCode).toBe(503);
    stage.alerts.isBroken = false;
    stage.clock.nowMs += 60_000;
    await stage.restart();
    await vi.waitFor(() => expect(stage.alerts.taken).toHaveLength(1), { timeout: 10_000 });
    const [hash = ''] = stage.alerts.pictures.keys();
    expect(stage.alerts.taken[0]?.picture).toEqual({
      hash,
      bytes: stage.alerts.pictures.get(hash)?.byteLength,
    });
  });

  it('with the words or the photograph of one before joins it and shares its answer', async () => {
    const photo = await picture('#333');
    const first = await send(stage, report('有 老鼠！', { photo }));
    const sameWords = await send(stage, report('有老鼠'), '192.0.2.2');
    const samePhoto = await send(stage, report('快来看', { photo }), '192.0.2.3');
    const newPhoto = await send(stage, report('有老鼠', { photo: await picture('#ccc') }), '192.0.2.4');
    const elsewhere = await send(stage, { ...report('有老鼠'), site: otherSiteCode }, '192.0.2.5');
    expect(stage.alerts.taken).toHaveLength(3);
    const [original] = [...stage.book.open()];
    expect(original?.report.times).toBe(3);
    await stage.citizens.answer([original?.report.reportId ?? ''], '已核查', '王芳');
    const stages = await Promise.all(
      [first, sameWords, samePhoto, newPhoto, elsewhere].map(
        async (answer) => (await follow(stage, codeOf(answer))).json<{ stage: string }>().stage,
      ),
    );
    expect(stages).toEqual(['answered', 'answered', 'answered', 'received', 'received']);
    expect(stage.citizens.results()).toMatchObject({ received: 3, joined: 2 });
  });

  it('without an answer is escalated when it is due, also when the hub was off at that time', async () => {
    await send(stage, report('有老鼠'));
    stage.clock.nowMs += answerWithinMs + 1;
    const escalated = new Promise((resolve) => stage.book.onChanged(resolve));
    await stage.restart();
    const again = new Promise((resolve) => stage.book.onChanged(resolve));
    expect(await Promise.race([escalated, again])).toMatchObject([{ escalatedAtMs: stage.clock.nowMs }]);
  });

  it('is kept while it waits, and goes with its age once it was answered', async () => {
    const first = await send(stage, report('有老鼠'));
    await send(stage, report('有老鼠'), '192.0.2.2');
    await send(stage, report('有蟑螂'), '192.0.2.3');
    const retention = createRetentionRepository(stage.store, undefined as never, () => stage.clock.nowMs);
    const later = stage.clock.nowMs + 1;
    expect(await retention.count('citizens', later)).toBe(0);
    const [original] = [...stage.book.open()];
    await stage.citizens.answer([original?.report.reportId ?? ''], '已核查', '王芳');
    expect(await retention.count('citizens', later)).toBe(2);
    expect(await retention.removeSome('citizens', later)).toBe(2);
    expect((await follow(stage, codeOf(first))).statusCode).toBe(404);
    expect([...stage.book.open()]).toHaveLength(1);
  });
});

describe('a flood', () => {
  it('from one address is refused unread and does not reach the desk', async () => {
    const photo = await picture('#333');
    const bodies = 1_000;
    let taken = 0;
    for (let index = 0; index < bodies; index += 1) {
      const answer = await send(stage, report(`第 ${index} 条`, index < 20 ? { photo } : {}));
      if (answer.statusCode === 201) taken += 1;
      else expect(answer.statusCode).toBe(429);
    }
    // Within this time, which the clock of the test has, only so many are read at all.
    expect(taken).toBe(reportLimits.ofAddress.count);
    expect(stage.alerts.taken.length).toBeLessThanOrEqual(reportLimits.ofAddress.count);
    const refused = await send(stage, report('再来'));
    expect(refused.json()).toMatchObject({ error: { code: 'too_many_from_here' } });
    expect(refused.json<{ error: { message: string } }>().error.message).toContain('119');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // Another address is heard as before.
    expect((await send(stage, report('有老鼠'), '198.51.100.1')).statusCode).toBe(201);
  });

  it('through a proxy counts by the address that the proxy names, and by no other header', async () => {
    const from = (forwarded: string, remote: string) =>
      send(stage, report(`${forwarded} ${Math.random()}`), remote, { 'x-forwarded-for': forwarded });
    for (let index = 0; index < reportLimits.ofAddress.count; index += 1) {
      expect((await from('198.51.100.1', '192.0.2.254')).statusCode).toBe(201);
    }
    expect((await from('198.51.100.1', '192.0.2.254')).statusCode).toBe(429);
    expect((await from('198.51.100.2', '192.0.2.254')).statusCode).toBe(201);
    // A phone that names an address itself is counted by its own.
    const own = await Promise.all(
      Array.from({ length: reportLimits.ofAddress.count + 1 }, (_unused, index) =>
        from(`198.51.100.${index + 10}`, '192.0.2.1'),
      ),
    );
    expect(own.filter(({ statusCode }) => statusCode === 429)).toHaveLength(1);
  });

  it('of guessed codes is slowed, and keeps nobody out who has a right one, from there or elsewhere', async () => {
    const right = codeOf(await send(stage, report('有老鼠')));
    let guesses = 0;
    const guess = () => follow(stage, `GUESS${String((guesses += 1)).padStart(5, '2')}`);
    for (let index = 0; index < 10; index += 1) expect((await guess()).statusCode).toBe(404);
    // From now on one code of this address is checked in 100 ms.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const waiting = Array.from({ length: 100 }, guess);
      const answered: number[] = [];
      for (const one of waiting) void one.then(({ statusCode }) => answered.push(statusCode));
      await until(() => answered.length === 36);
      // More wait than there is room for: the newest of this address give way, unread.
      expect(answered.every((code) => code === 429)).toBe(true);
      expect(answered).toHaveLength(100 - 64);
      expect((await follow(stage, right, '192.0.2.9')).statusCode).toBe(200);
      // One by one, for the next is checked only when the store has answered the one before.
      for (let checked = 1; checked <= 10; checked += 1) {
        await vi.advanceTimersByTimeAsync(100);
        await until(() => answered.length === 36 + checked);
      }
      expect(answered.filter((code) => code === 404)).toHaveLength(10);
      // Somebody behind the same address, while the guesses go on.
      const own = follow(stage, right);
      let isAnswered = false;
      void own.then(() => (isAnswered = true));
      for (let second = 0; second < 8 && !isAnswered; second += 1) {
        await letRun();
        await vi.advanceTimersByTimeAsync(1_000);
      }
      expect((await own).statusCode).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });
});
