import { describe, expect, it } from 'vitest';
import { canSaveKind, createAlertAdmin } from '../../../../../src-renderer/features/alerts/alertAdmin.ts';
import { builtInKinds } from '../../../../../src-shared/alerts/alertKinds.ts';

const key = {
  keyId: 'ak_1',
  name: '鹰眼',
  purpose: 'alerts',
  districts: 'all',
  alertsPerSecond: 2_000,
  createdAtMs: 1,
  expiresAtMs: 9,
} as const;
const chosen = { name: '鹰眼', purpose: 'alerts', districts: '', lifeDays: 366 } as const;

/** The page of keys before a hub that gives these answers. */
function admin(...answers: (Response | Error)[]) {
  const asked: { method: string | undefined; address: string; body: unknown }[] = [];
  const made = createAlertAdmin({
    fetch(address, init) {
      asked.push({ method: init?.method, address: String(address), body: init?.body });
      const answer = answers.shift() ?? new Error('no answer');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { admin: made, asked, state: () => made.store.getState() };
}

describe('keys of platforms', () => {
  it('are made with a secret that is gone once it was put away', async () => {
    const { admin: page, state } = admin(
      Response.json({ ...key, secret: 'the-secret' }, { status: 201 }),
      Response.json({ keys: [key] }),
    );
    await page.makeKey({ ...chosen, name: ' 鹰眼 ' });
    expect(state().made?.secret).toBe('the-secret');
    expect(state().keys).toEqual([key]);
    page.putSecretAway();
    expect(JSON.stringify(state())).not.toContain('the-secret');
  });

  it.each([
    ['', undefined],
    ['咸安区， 赤壁市、', ['咸安区', '赤壁市']],
  ])('are made for the districts that were typed: "%s"', async (districts, sent) => {
    const { admin: page, asked } = admin(Response.json({}, { status: 400 }));
    await page.makeKey({ name: 'ERP', purpose: 'records', districts, lifeDays: 30 });
    expect(JSON.parse(String(asked[0]?.body))).toEqual({
      name: 'ERP',
      commandId: expect.any(String) as string,
      purpose: 'records',
      lifeDays: 30,
      ...(sent === undefined ? {} : { districts: sent }),
    });
  });

  it('are revoked, with the secret that may still be shown', async () => {
    const {
      admin: page,
      asked,
      state,
    } = admin(
      Response.json({ ...key, secret: 'the-secret' }, { status: 201 }),
      Response.json({ keys: [key] }),
      Response.json({ keys: [{ ...key, revokedAtMs: 2 }] }),
    );
    await page.makeKey(chosen);
    await page.revokeKey('ak_1');
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', address: '/api/v1/alert-keys/ak_1' });
    expect(state().keys?.[0]?.revokedAtMs).toBe(2);
    expect(state().made).toBeUndefined();
  });

  it('say what the hub said when it refused, or why it was not reached', async () => {
    const refused = Response.json({ error: { message: 'name: too long.' } }, { status: 400 });
    const { admin: page, state } = admin(refused, new Error('offline'));
    await page.makeKey({ ...chosen, name: 'x' });
    expect(state().problem).toEqual({ part: 'keys', message: 'name: too long.' });
    await page.readKeys();
    expect(state().problem).toEqual({ part: 'keys', code: 'no_answer', message: 'offline' });
    expect(state().busy).toBe(false);
  });
});

describe('own kinds', () => {
  const kinds = new Map(builtInKinds.map((kind) => [kind.kindId, kind]));
  const own = {
    kindId: 'wet_floor',
    class: 3,
    name: '地面积水',
    nameEn: 'Wet floor',
    joinWindowMs: 0,
  } as const;

  it('can be saved when they are whole, and never in the place of another', () => {
    expect(canSaveKind(own, kinds, true)).toBe(true);
    expect(canSaveKind({ ...own, kindId: 'Wet floor' }, kinds, true)).toBe(false);
    expect(canSaveKind({ ...own, name: ' ' }, kinds, true)).toBe(false);
    expect(canSaveKind({ ...own, kindId: 'rat' }, kinds, true)).toBe(false);
    expect(canSaveKind({ ...own, kindId: 'rat' }, kinds, false)).toBe(true);
  });

  it('are sent to the hub', async () => {
    const { admin: page, asked } = admin(Response.json({ kinds: [] }));
    expect(await page.saveKind(own)).toBe(true);
    expect(asked).toMatchObject([{ method: 'PUT', address: '/api/v1/alert-kinds' }]);
  });
});
