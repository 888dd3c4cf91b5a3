import { describe, expect, it, vi } from 'vitest';
import {
  createFindingAttachmentRules,
  createFindingStills,
} from '../../../../src-sfu/features/findings/findingPhotographs.ts';
import { newFinding } from '../../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../../src-shared/findings/findings.protocol.ts';
import { squadsIdSchema } from '../../../../src-shared/squads/squads.protocol.ts';
import { county, principalOf } from '../authorityStage.ts';

const finding: Finding = {
  ...newFinding({ by: { id: 'member:ann', name: '李强' }, class: 2, dueAtMs: 9 }, 0),
  findingId: 'f1',
  number: 'F001',
  place: { siteId: 's1', name: '一店', district: '咸安区', cameraId: 'c1' },
  clauses: [],
  words: '垃圾桶未加盖',
  orderId: 'o1',
};

const siteOf = (accountId: string) => ({ ...principalOf('site'), accountId });

describe('photographs of a finding', () => {
  const rules = createFindingAttachmentRules({
    find: (id) => Promise.resolve(id === 'f1' ? finding : undefined),
    membersOfOrder: () => Promise.resolve(['zhang']),
    orderBeganAtMs: (orderId) => Promise.resolve(orderId === 'o1' ? 7 : undefined),
  });
  const phone = (accountId: string) => ({ ...principalOf('squad_member'), accountId });

  it('are not older than the order within which it was found', async () => {
    expect(await rules.beganAtMs?.('f1')).toBe(7);
    expect(await rules.beganAtMs?.('gone')).toBeUndefined();
  });

  it.each([
    ['who found it', phone('ann'), true, true],
    ['who had its order', phone('zhang'), true, true],
    ['another member', phone('eve'), false, false],
    ['an officer of its county', principalOf('duty_officer', county), true, true],
    [
      'an officer of another county',
      principalOf('duty_officer', { districts: ['赤壁市'], squads: [] }),
      false,
      false,
    ],
    ['an auditor', principalOf('auditor'), false, true],
    ['its own site', siteOf('s1'), true, true],
    ['another site', siteOf('s2'), false, false],
    ['a site without a name', siteOf(''), false, false],
  ])('%s', async (_who, principal, mayAdd, maySee) => {
    expect([await rules.may(principal, 'add', 'f1'), await rules.may(principal, 'see', 'f1')]).toEqual([
      mayAdd,
      maySee,
    ]);
    expect(await rules.may(principal, 'see', 'gone')).toBe(false);
  });
});

it('a site adds nothing to a finding that has ended, nor to one that is of no site', async () => {
  const ended = { by: finding.foundBy, atMs: 9 };
  const nowhere: Finding = { ...finding, place: { name: '路边' } };
  for (const [one, maySee] of [
    [{ ...finding, state: 'closed', closed: ended } as Finding, true],
    [{ ...finding, state: 'withdrawn', withdrawn: { ...ended, reason: '误' } } as Finding, true],
    [nowhere, false],
  ] as const) {
    const rules = createFindingAttachmentRules({
      find: () => Promise.resolve(one),
      membersOfOrder: () => Promise.resolve([]),
      orderBeganAtMs: () => Promise.resolve(undefined),
    });
    expect(await rules.may(siteOf('s1'), 'add', 'f1')).toBe(false);
    expect(await rules.may(siteOf('s1'), 'see', 'f1')).toBe(maySee);
  }
});

describe('pictures that the hub keeps by itself', () => {
  function stage() {
    const add = vi.fn((_findingId: string, _jpeg: Uint8Array, _picture: { attachmentId: string }) =>
      Promise.resolve(),
    );
    const warn = vi.fn();
    const picture = (atMs: number) => ({ jpeg: Buffer.alloc(2), atMs });
    const alert = { isReady: true };
    const ofAlert = () => Promise.resolve(alert.isReady ? picture(1) : undefined);
    const pairOf = vi.fn(async () => {
      const before = await ofAlert();
      return { ...(before === undefined ? {} : { before }), now: picture(2) };
    });
    const open: Finding[] = [];
    const stills = createFindingStills({
      pictures: { pairOf, ofAlert },
      add,
      cameraName: () => '灶台',
      open: () => open,
      logger: { warn } as never,
      nowMs: () => 1_000,
    });
    return { add, ...stills, warn, pairOf, alert, open };
  }
  const corrected = { by: { id: 'site:s1', name: '张' }, atMs: 5, kind: 'corrected' as const };

  it('the alert’s and the camera’s when it is found, the camera’s when it is corrected', async () => {
    const { add, changed } = stage();
    changed(finding, undefined);
    await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(2));
    const answered: Finding = { ...finding, state: 'answered', answer: corrected, revision: 2 };
    changed(answered, finding);
    await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(3));
    changed({ ...answered, state: 'closed', revision: 3 }, answered);
    await Promise.resolve();
    expect(add.mock.calls.map(([id, , facts]) => [id, facts])).toMatchObject([
      ['f1', { purpose: 'before', takenAtMs: 1 }],
      ['f1', { purpose: 'before', takenAtMs: 2, cameraId: 'c1', cameraName: '灶台' }],
      ['f1', { purpose: 'after', takenAtMs: 2 }],
    ]);
    const ids = add.mock.calls.map(([, , { attachmentId }]) => squadsIdSchema.parse(attachmentId));
    expect(new Set(ids).size).toBe(3);
  });

  it('the alert’s when it was checked, where the finding was written before, once and with no other finding', async () => {
    const { add, changed, alertPictured, begin, alert, open } = stage();
    const found: Finding = { ...finding, alertId: 'a1' };
    open.push(found, { ...finding, findingId: 'other', alertId: 'a2' });
    alert.isReady = false;
    changed(found, undefined);
    await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(1));
    begin();
    alert.isReady = true;
    alertPictured('a1');
    await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(2));
    expect(add.mock.calls[1]).toMatchObject(['f1', {}, { purpose: 'before', takenAtMs: 1 }]);
    // Another report of the alert, or the next start of the hub, keeps the same picture again under the same id.
    alertPictured('a1');
    changed({ ...found, revision: 2 }, undefined);
    await vi.waitFor(() => expect(add).toHaveBeenCalledTimes(5));
    const ids = add.mock.calls.map(([, , { attachmentId }]) => attachmentId);
    expect(new Set(ids).size).toBe(2);
    expect(add.mock.calls.every(([id]) => id === 'f1')).toBe(true);
  });

  it('where none can be kept, the finding stands all the same and the log says so', async () => {
    const { changed, pairOf, warn } = stage();
    pairOf.mockRejectedValueOnce(new Error('no disk'));
    changed(finding, undefined);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
  });
});
