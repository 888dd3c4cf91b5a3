import { describe, expect, it, vi } from 'vitest';
import { createFindingsActions } from '../../../../../src-renderer/features/findings/findingsActions.ts';
import {
  createFindingsStore,
  listedFindings,
  marksOfSite,
  resetFindings,
  takeFindingNotice,
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

  it('are counted with those that the hub did not send, each once however its news comes', () => {
    const store = createFindingsStore();
    resetFindings(store, { findings: [finding('1'), finding('2')], openFindings: 700 });
    expect(store.getState().openCount).toBe(700);
    // The desk's own answer comes before the notice of the same finding.
    takeFindings(store, [finding('3')]);
    takeFindingNotice(store, { findings: [finding('3')], areNew: true });
    expect(store.getState().openCount).toBe(701);
    // One that was not sent changes, and then ends.
    takeFindingNotice(store, { findings: [finding('9', { revision: 4 })] });
    expect(store.getState().openCount).toBe(701);
    takeFindingNotice(store, { findings: [finding('9', { revision: 5, state: 'closed' })] });
    expect(store.getState().openCount).toBe(700);
    resetFindings(store, {});
    expect(store.getState()).toMatchObject({ openCount: 0, findings: new Map() });
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

  it('what is searched comes page by page, and only the last search is shown', async () => {
    const { actions, request, store } = stage();
    const next = { foundAtMs: 5, findingId: '1' };
    const pages: object[] = [{ findings: [finding('2')], next }, { findings: [finding('1')] }];
    request.mockImplementation((_name, _input) => Promise.resolve({ ok: true, data: pages.shift() }));
    await actions.search({ text: '一店' });
    const ended = ['closed', 'withdrawn'];
    expect(request).toHaveBeenLastCalledWith('findings:search', { text: '一店', states: ended, limit: 50 });
    await actions.more();
    const asked = { text: '一店', states: ended, limit: 50, cursor: next };
    expect(request).toHaveBeenLastCalledWith('findings:search', asked);
    expect(store.getState().ended.found.map(({ findingId }) => findingId)).toEqual(['2', '1']);
    await actions.more();
    expect(request).toHaveBeenCalledTimes(2);

    const late = Promise.withResolvers<never>();
    request.mockImplementationOnce(() => late.promise);
    const first = actions.search({});
    pages.push({ findings: [finding('3')] });
    await actions.search({ states: ['open'] });
    late.resolve({ ok: true, data: { findings: [] } } as never);
    await first;
    expect(store.getState().ended).toMatchObject({
      filter: { states: ['open'] },
      found: [{ findingId: '3' }],
    });
    request.mockResolvedValueOnce({ ok: false, code: 'unavailable', message: 'm' } as never);
    await actions.search({});
    expect(store.getState().ended.standing).toBe('failed');
  });

  it('findings of an order are shown with those that have ended, as they are now', async () => {
    const { actions, request, store } = stage();
    const ofOrder = (findingId: string, parts: Partial<Finding> = {}) =>
      finding(findingId, { orderId: 'o1', ...parts });
    const answered = Promise.withResolvers<never>();
    request.mockImplementationOnce(() => answered.promise);
    const reading = actions.readOfOrder('o1');
    expect(request).toHaveBeenCalledWith('findings:search', { orderId: 'o1', limit: 200 });
    takeFindings(store, [ofOrder('1', { revision: 5, state: 'closed' }), finding('other')]);
    const data = { findings: [ofOrder('1'), ofOrder('2', { state: 'withdrawn' })] };
    answered.resolve({ ok: true, data } as never);
    await reading;
    const shown = [...(store.getState().ofOrder?.found.values() ?? [])];
    expect(shown.map(({ findingId, state }) => [findingId, state])).toEqual([
      ['1', 'closed'],
      ['2', 'withdrawn'],
    ]);
  });

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
