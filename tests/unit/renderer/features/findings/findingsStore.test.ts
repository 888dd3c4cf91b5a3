import { describe, expect, it, vi } from 'vitest';
import { createFindingsActions } from '../../../../../src-renderer/features/findings/findingsActions.ts';
import {
  createFindingsStore,
  listedFindings,
  marksOfSite,
  takeFindings,
} from '../../../../../src-renderer/features/findings/findingsStore.ts';
import { newFinding } from '../../../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../../../src-shared/findings/findings.protocol.ts';

const by = { id: 'member:ann', name: '李强' };

function finding(findingId: string, parts: Partial<Finding> = {}): Finding {
  return {
    ...newFinding({ by, class: 2, dueAtMs: 1_000 }, 0),
    findingId,
    number: `F${findingId}`,
    place: { siteId: 's1', name: '一店', district: '咸安区' },
    clauses: [],
    words: '垃圾桶未加盖',
    ...parts,
  };
}
const answer = { by, atMs: 0, kind: 'corrected' as const };

describe('two officers at once', () => {
  it('keeps what was refused, and does it on the finding as it is now', async () => {
    const store = createFindingsStore();
    let isRefused = true;
    const request = vi.fn((name: string) =>
      Promise.resolve(
        name === 'findings:read' || isRefused
          ? { ok: false, code: 'conflict', reason: 'findings.changed_meanwhile', message: 'm' }
          : { ok: true, data: { finding: finding('1', { revision: 9, state: 'closed' }) } },
      ),
    );
    const actions = createFindingsActions({
      store,
      request: request as never,
      newId: () => 'k',
      notify: vi.fn(),
      makeUrl: () => '',
      dropUrl: vi.fn(),
    });
    takeFindings(store, [finding('1')]);
    const deed = { type: 'withdraw' as const, reason: '误录' };
    expect(await actions.review('1', 1, deed)).toBe(false);
    expect(store.getState().conflict).toEqual({
      findingId: '1',
      revision: 1,
      wish: { kind: 'review', deed },
    });
    isRefused = false;
    expect(await actions.again(8)).toBe(true);
    expect(request).toHaveBeenLastCalledWith('findings:review', {
      commandId: 'k',
      findingId: '1',
      revision: 8,
      deed,
    });
    expect(store.getState()).toMatchObject({ conflict: undefined, findings: new Map() });
  });
});

describe('the findings of a desk', () => {
  it('are taken as they are now: an older state changes nothing, and ended ones leave', () => {
    const store = createFindingsStore();
    takeFindings(store, [finding('1', { revision: 3 }), finding('2')]);
    takeFindings(store, [
      finding('1', { revision: 2, words: 'old' }),
      finding('2', { state: 'closed', revision: 2 }),
    ]);
    expect([...store.getState().findings.values()].map(({ words }) => words)).toEqual(['垃圾桶未加盖']);
  });

  it('are listed with cards first, and narrowed by what they wait for, district and words', () => {
    const store = createFindingsStore();
    takeFindings(store, [
      finding('1'),
      finding('2', { state: 'answered', answer }),
      finding('3', { escalation: 4, class: 3 }),
      finding('4', { class: 1, place: { siteId: 's2', name: '二店', nameEn: 'Second', district: '赤壁市' } }),
    ]);
    const { findings, filter } = store.getState();
    const listed = (changed: Partial<typeof filter>) =>
      listedFindings({ findings, filter: { ...filter, ...changed } }).map(({ findingId }) => findingId);
    expect(listed({})).toEqual(['3', '4', '1', '2']);
    expect(listed({ waits: 'review' })).toEqual(['2']);
    expect(listed({ waits: 'site' })).toEqual(['3', '4', '1']);
    expect(listed({ waits: 'late' })).toEqual(['3']);
    expect(listed({ district: '赤壁市' })).toEqual(['4']);
    expect(listed({ text: 'SECOND' })).toEqual(['4']);
    expect(listed({ text: 'f1' })).toEqual(['1']);
  });

  it('mark their site with their number and the worst card', () => {
    const findings = new Map([
      ['1', finding('1', { escalation: 3 })],
      ['2', finding('2', { escalation: 4 })],
      ['3', finding('3', { place: { name: 'street' } })],
    ]);
    expect(marksOfSite(findings, 's1')).toEqual({ count: 2, card: 'red' });
    expect(marksOfSite(findings, 's2')).toEqual({ count: 0, card: undefined });
    expect(marksOfSite(findings, undefined)).toEqual({ count: 0, card: undefined });
  });
});

describe('what a desk does with findings', () => {
  function stage() {
    const store = createFindingsStore();
    const answers: Record<string, unknown> = {
      'findings:create': { finding: finding('1') },
      'findings:work': { finding: finding('1', { revision: 2, state: 'answered', answer }) },
      'findings:read': { finding: finding('1'), steps: [] },
      'findings:getPictures': { before: { jpeg: new Uint8Array(2), atMs: 5 } },
    };
    const request = vi.fn((name: string, _input: object) =>
      Promise.resolve({ ok: true, data: answers[name] }),
    );
    const notify = vi.fn();
    const dropUrl = vi.fn();
    let ids = 0;
    const actions = createFindingsActions({
      store,
      request: request as never,
      newId: () => `id${(ids += 1)}`,
      notify,
      makeUrl: () => 'blob:1',
      dropUrl,
    });
    return { store, request, notify, dropUrl, actions };
  }
  const content = { class: 2 as const, clauses: [], words: '垃圾桶未加盖' };

  it('a second press while the first is not answered writes nothing', async () => {
    const { actions, request } = stage();
    const [first, second] = await Promise.all([
      actions.create({ siteId: 's1' }, content),
      actions.create({ siteId: 's1' }, content),
    ]);
    expect([first, second]).toEqual([true, false]);
    expect(request.mock.calls.filter(([name]) => name === 'findings:create')).toEqual([
      ['findings:create', { findingId: 'id1', siteId: 's1', content }],
    ]);
  });

  it('what was answered is shown at once, with the revision that was seen', async () => {
    const { actions, request, store, notify } = stage();
    takeFindings(store, [finding('1')]);
    await actions.work('1', 1, { type: 'answer', answer: { kind: 'corrected' } });
    expect(request).toHaveBeenCalledWith('findings:work', {
      commandId: 'id1',
      findingId: '1',
      revision: 1,
      deed: { type: 'answer', answer: { kind: 'corrected' } },
    });
    expect(store.getState().findings.get('1')?.state).toBe('answered');
    expect(notify).toHaveBeenCalledWith({ command: 'answer', ok: true });
  });

  it('pictures of the chosen finding are shown, and given back when another is chosen', async () => {
    const { actions, store, dropUrl } = stage();
    actions.choose('1');
    await vi.waitFor(() => expect(store.getState().pictures).toEqual({ before: { url: 'blob:1', atMs: 5 } }));
    actions.choose(undefined);
    expect(dropUrl).toHaveBeenCalledExactlyOnceWith('blob:1');
    expect(store.getState().pictures).toEqual({});
  });
});
