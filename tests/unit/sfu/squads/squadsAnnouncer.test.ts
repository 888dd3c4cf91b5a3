import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ok } from '../../../../src-shared/protocol/define.ts';
import type { NoticeOf } from '../../../../src-shared/protocol/index.ts';
import type { Principal } from '../../../../src-shared/session/principal.ts';
import { announceSquads } from '../../../../src-sfu/app/squadsAnnouncer.ts';
import { createRoster, newMember } from '../../../../src-sfu/features/squads/roster.ts';
import { squadsSnapshot } from '../../../../src-sfu/features/squads/squadsSnapshot.ts';
import {
  createSquadHandlers,
  type SquadHandlersOptions,
} from '../../../../src-sfu/features/squads/squads.handlers.ts';
import { createBroadcasts } from '../../../../src-sfu/signaling/broadcasts.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createSquadsRepository } from '../../../../src-sfu/storage/squads.sql.ts';
import { principalOf } from '../authorityStage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const address = '192.0.2.5';
const phone = { name: 'phone', signedInAtMs: 0, lastUsedAtMs: 0, address };

it('shows from where a phone is connected to those who manage squads, not to screens, officers or a locked desk', async () => {
  const roster = createRoster(await createSquadsRepository(await openStore(':memory:')).load(0));
  roster.putSquad({ squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false });
  const duty = { status: 'off_duty', sinceMs: 0 } as const;
  roster.putMember(newMember({ memberId: 'ann', squadId: 'wenquan', name: 'Ann', duty }));

  const received = new Map<Principal, NoticeOf<'squads:membersChanged'>>();
  const locked: Principal = { ...principalOf('supervisor'), grants: ['squads:view'], standing: 'locked' };
  const askers = [
    principalOf('screen'),
    principalOf('duty_officer'),
    principalOf('auditor'),
    locked,
    principalOf('supervisor'),
    principalOf('administrator'),
  ];
  const surfaces = askers.map(
    (principal) =>
      ({
        identity: { principal },
        notify(name: string, payload: NoticeOf<'squads:membersChanged'>) {
          if (name === 'squads:membersChanged') received.set(principal, payload);
        },
      }) as unknown as SurfaceContext,
  );
  announceSquads({
    surfaces: createBroadcasts({ surfaces: () => surfaces, squadOfMember: () => undefined }),
    roster,
    emergencies: { onChanged: () => undefined },
  });
  roster.change('ann', { phone });
  await vi.advanceTimersByTimeAsync(1_000);

  const seen = (principal: Principal) => received.get(principal)?.members.map((one) => one.phone?.address);
  expect(askers.map((asker) => [asker.standing ?? asker.role, seen(asker)])).toEqual([
    ['screen', [undefined]],
    ['duty_officer', [undefined]],
    ['auditor', [undefined]],
    ['locked', [undefined]],
    ['supervisor', [address]],
    ['administrator', [address]],
  ]);
  const snapshot = (seesAddresses: boolean) =>
    squadsSnapshot(roster, { open: () => [] }, undefined, { scope: locked.scope, seesAddresses }).members;
  expect(snapshot(false)).toMatchObject([{ phone: { name: 'phone', signedInAtMs: 0 } }]);
  expect(JSON.stringify(snapshot(false))).not.toContain(address);
  expect(snapshot(true)).toMatchObject([{ phone }]);
  roster.close();
});

it('answers an officer who sets a status without from where the phone is connected', async () => {
  const duty = { status: 'available', sinceMs: 0 } as const;
  const member = { ...newMember({ memberId: 'ann', squadId: 'wenquan', name: 'Ann', duty }), phone };
  const handlers = createSquadHandlers({
    duties: { setByCentre: () => Promise.resolve(ok({ member })) },
  } as unknown as SquadHandlersOptions);
  const answerTo = async (principal: Principal) => {
    const context = { identity: { principal } } as unknown as SurfaceContext;
    return handlers['squads:setStatus'](context, { changeId: 'k', memberId: 'ann', status: 'available' });
  };
  expect(JSON.stringify(await answerTo(principalOf('duty_officer')))).not.toContain(address);
  expect(await answerTo(principalOf('supervisor'))).toMatchObject({
    data: { member: { phone: { address } } },
  });
});
