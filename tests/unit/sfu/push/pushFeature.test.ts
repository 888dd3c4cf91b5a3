import { expect, it, vi } from 'vitest';
import { createPushFeature } from '../../../../src-sfu/app/push.ts';
import type { Drivers } from '../../../../src-sfu/app/drivers.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';

async function stage(config: { push: boolean; pushContact?: string }) {
  const info = vi.fn();
  const feature = await createPushFeature(
    {
      config: { dataDir: ':memory:', pushHosts: [], pushAfterMs: 3_000, ...config },
      store: await openStore(':memory:'),
      logger: { info, warn: vi.fn(), error: vi.fn() },
      nowMs: () => 0,
    } as unknown as Drivers,
    {
      orders: { openOrder: () => undefined, openOrders: () => [], onOrderChanged: () => undefined },
      squads: { phones: { onSignedOut: () => undefined } } as never,
    },
  );
  const seenBy = (role: Role) => {
    const principal = { kind: 'person', role, scope: { districts: 'all', squads: 'all' } };
    return feature.snapshotFor?.({ identity: { principal } } as unknown as SurfaceContext);
  };
  const key = await feature.handlers['push:readKey']({} as SurfaceContext, {});
  return { seenBy, key, said: info.mock.calls.flat().join(' ') };
}

it('without a contact nothing is sent, and the desk of those who manage squads says what to set', async () => {
  const { seenBy, key, said } = await stage({ push: true });
  expect(key).toEqual({ ok: true, data: {} });
  expect(seenBy('administrator')).toEqual({ lacksPushContact: true });
  expect(seenBy('squad_member')).toEqual({});
  expect(said).toContain('MINGCHU_PUSH_CONTACT');
});

it.each([
  ['with a contact', { push: true, pushContact: 'mailto:duty@example.cn' }, true],
  ['where push is switched off', { push: false }, false],
])('%s nothing is missing', async (_what, config, hasKey) => {
  const { seenBy, key, said } = await stage(config);
  expect(key).toMatchObject({ ok: true, data: hasKey ? { publicKey: expect.any(String) as string } : {} });
  expect(seenBy('administrator')).toEqual({});
  expect(said).toBe('');
});
