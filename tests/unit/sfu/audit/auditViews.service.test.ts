import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditEvent, OpenView } from '../../../../src-sfu/features/audit/audit.repository.ts';
import { createAuditDenials } from '../../../../src-sfu/features/audit/auditDenials.service.ts';
import { createAuditViews } from '../../../../src-sfu/features/audit/auditViews.service.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createLog() {
  const open = new Map<string, OpenView>();
  const lines: AuditEvent[] = [];
  const state = { isFailing: false };
  return {
    open,
    lines,
    state,
    repository: {
      append(events: readonly AuditEvent[]) {
        if (state.isFailing) return Promise.reject(new Error('locked'));
        lines.push(...events);
        return Promise.resolve();
      },
      changeViews(begun: readonly OpenView[], ended: readonly OpenView[]) {
        if (state.isFailing) return Promise.reject(new Error('locked'));
        for (const view of begun) open.set(view.viewId, view);
        for (const { viewId } of ended) open.delete(viewId);
        lines.push(...ended);
        return Promise.resolve();
      },
      openViews: () => Promise.resolve([...open.values()]),
    },
  };
}

function createViews(log = createLog()) {
  let ids = 0;
  const faults: unknown[] = [];
  const views = createAuditViews({
    repository: log.repository,
    newId: () => `view ${(ids += 1)}`,
    nowMs: () => Date.now(),
    onFault: (error) => void faults.push(error),
  });
  return { ...log, views, faults };
}

const wang = { actor: '王芳', principal: null };
const shortLines = (lines: AuditEvent[]): unknown[] => lines.map(({ subject, detail }) => [subject, detail]);

describe('what desks look at', () => {
  it('is one line with its length, kept as open until then', async () => {
    const { views, open, lines } = createViews();
    const startedAtMs = Date.now();
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(300);
    expect([...open.values()]).toMatchObject([{ subject: 'k7', actor: '王芳' }]);
    await vi.advanceTimersByTimeAsync(179_700);
    views.closed('desk 1', 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toMatchObject([
      { atMs: startedAtMs, actor: '王芳', action: 'cameras:view', subject: 'k7' },
    ]);
    expect(shortLines(lines)).toEqual([['k7', { seconds: 180 }]]);
    expect(open.size).toBe(0);
  });

  it('goes on when it is opened again at once, also in another quality at the same time', async () => {
    const { views, lines } = createViews();
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(10_000);
    views.closed('desk 1', 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(10_000);
    views.closed('desk 1', 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(3_000);
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(7_000);
    expect(lines).toEqual([]);
    views.closed('desk 1', 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(6_000);
    expect(shortLines(lines)).toEqual([['k7', { seconds: 30 }]]);
  });

  it('ends when the desk leaves, for this desk only', async () => {
    const { views, lines, open } = createViews();
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    views.opened('desk 1', wang, 'bodycam:view', 'm1');
    views.opened('desk 2', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(60_000);
    views.left('desk 1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shortLines(lines)).toEqual([
      ['k7', { seconds: 60 }],
      ['m1', { seconds: 60 }],
    ]);
    expect(open.size).toBe(1);
  });

  it('that nobody has opened is not in the log', async () => {
    const { views, lines } = createViews();
    views.closed('desk 1', 'cameras:view', 'k7');
    await views.close();
    expect(lines).toEqual([]);
  });

  it('is in the log as cut off after the hub was killed', async () => {
    const log = createLog();
    const first = createViews(log);
    first.views.opened('desk 1', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(1_000);
    const second = createViews(log);
    await second.views.begin();
    expect(shortLines(log.lines)).toEqual([['k7', { cutOff: true }]]);
    expect(log.open.size).toBe(0);
  });

  it('is written when the store takes it again, once', async () => {
    const { views, lines, state, faults } = createViews();
    state.isFailing = true;
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(20_000);
    views.left('desk 1');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(faults.length).toBeGreaterThan(1);
    state.isFailing = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shortLines(lines)).toEqual([['k7', { seconds: 20 }]]);
  });

  it('ends when the hub stops', async () => {
    const { views, lines } = createViews();
    views.opened('desk 1', wang, 'cameras:view', 'k7');
    await vi.advanceTimersByTimeAsync(2_000);
    await views.close();
    expect(shortLines(lines)).toEqual([['k7', { seconds: 2 }]]);
  });
});

describe('what was refused', () => {
  const denial = (subject: string, address = '192.0.2.7') => ({
    actor: '王芳',
    subject,
    code: 'forbidden',
    address,
  });
  function createDenials(log = createLog()) {
    const denials = createAuditDenials({
      repository: log.repository,
      nowMs: () => Date.now(),
      onFault: () => undefined,
    });
    return { ...log, denials };
  }

  it('is in the log at once, and further ones as a number once a minute', async () => {
    const { denials, lines } = createDenials();
    denials.denied(denial('alerts:saveKind'));
    await vi.advanceTimersByTimeAsync(0);
    expect(shortLines(lines)).toEqual([
      ['alerts:saveKind', { code: 'forbidden', address: '192.0.2.7', times: 1 }],
    ]);
    for (let times = 0; times < 1_000; times += 1) denials.denied(denial('alerts:saveKind'));
    denials.denied(denial('squads:saveSquad'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.map(({ subject, detail }) => [subject, (detail as { times: number }).times])).toEqual([
      ['alerts:saveKind', 1],
      ['squads:saveSquad', 1],
      ['alerts:saveKind', 1_000],
    ]);
  });

  it('is written when the store takes it again, once, with its number', async () => {
    const { denials, lines, state } = createDenials();
    state.isFailing = true;
    denials.denied(denial('alerts:saveKind'));
    denials.denied(denial('alerts:saveKind'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toEqual([]);
    state.isFailing = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.map(({ detail }) => (detail as { times: number }).times)).toEqual([1, 1]);
    await denials.close();
    expect(lines).toHaveLength(2);
  });

  it('from ever new addresses adds a bounded number of lines a minute, and loses no count', async () => {
    const { denials, lines } = createDenials();
    for (let number = 0; number < 5_000; number += 1) denials.denied(denial('x', `address ${number}`));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines.length).toBeLessThan(210);
    const times = lines.reduce((sum, { detail }) => sum + (detail as { times: number }).times, 0);
    expect(times).toBe(5_000);
  });
});
