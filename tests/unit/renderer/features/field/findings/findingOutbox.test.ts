import { describe, expect, it, vi } from 'vitest';
import {
  keepClauses,
  readKeptClauses,
} from '../../../../../../src-renderer/features/field/findings/fieldFindingsStore.ts';
import { FindingOutbox } from '../../../../../../src-renderer/features/field/findings/findingOutbox.ts';
import type { FindingContent } from '../../../../../../src-shared/findings/findings.protocol.ts';

const content: FindingContent = { class: 2, clauses: [], words: '垃圾桶未加盖' };

/** A phone with a storage that a page after it finds again; `answer` is the hub's. */
function phone(kept = new Map<string, string>()) {
  const answers: unknown[] = [];
  const request = vi.fn((_name: string, input: { reports: { findingId: string }[] }) =>
    Promise.resolve(
      answers.shift() ?? {
        ok: true,
        data: { results: [{ findingId: input.reports[0]?.findingId, number: 'F001' }] },
      },
    ),
  );
  let ids = 0;
  const onWritten = vi.fn();
  const onRefused = vi.fn();
  /** Who is signed in. */
  const signedIn = { memberId: 'ann' };
  const outbox = new FindingOutbox({
    request: request as never,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    memberId: () => signedIn.memberId,
    moment: () => ({ wallMs: 1_000, runningMs: 1_000, pageId: 'page' }),
    newId: () => `f${(ids += 1)}`,
    delay: () => Promise.resolve(),
    onWaiting: vi.fn(),
    onWritten,
    onRefused,
  });
  return { outbox, request, answers, kept, onWritten, onRefused, signedIn };
}

describe('what a member found', () => {
  it('waits for the network, over a reloaded page, and is sent once with the id that it was given', async () => {
    const first = phone();
    first.outbox.add('o1', content);
    expect(first.request).not.toHaveBeenCalled();
    const second = phone(first.kept);
    expect(second.outbox.waiting).toHaveLength(1);
    second.outbox.connected(true);
    await vi.waitFor(() => expect(second.onWritten).toHaveBeenCalledTimes(1));
    expect(second.onWritten.mock.calls[0]?.[1]).toBe('F001');
    expect(second.request.mock.calls[0]?.[1]).toMatchObject({
      reports: [{ findingId: 'f1', orderId: 'o1', content }],
    });
    expect(second.kept.size).toBe(0);
  });

  it('stays on the phone when the member is signed out, and is sent in no other name', async () => {
    const { outbox, request, signedIn, kept, onWritten } = phone();
    outbox.add('o1', content);
    signedIn.memberId = '';
    outbox.ownerChanged();
    expect(outbox.waiting).toEqual([]);
    signedIn.memberId = 'bo';
    outbox.ownerChanged();
    outbox.connected(true);
    outbox.add('o2', content);
    await vi.waitFor(() => expect(onWritten).toHaveBeenCalledTimes(1));
    expect(request.mock.calls.map(([, { reports }]) => reports)).toMatchObject([[{ orderId: 'o2' }]]);
    expect(kept.size).toBe(1);
    signedIn.memberId = 'ann';
    outbox.ownerChanged();
    await vi.waitFor(() => expect(onWritten).toHaveBeenCalledTimes(2));
    expect(request.mock.calls[1]?.[1]).toMatchObject({ reports: [{ findingId: 'f1', orderId: 'o1' }] });
    expect(kept.size).toBe(0);
  });

  it('has the id under which its photographs were kept before', async () => {
    const { outbox, request } = phone();
    outbox.connected(true);
    outbox.add('o1', content, undefined, 'drafted');
    await vi.waitFor(() => expect(request).toHaveBeenCalledTimes(1));
    expect(request.mock.calls[0]?.[1]).toMatchObject({ reports: [{ findingId: 'drafted' }] });
  });

  it('is sent again with the same id when no answer came, or when there is no room', async () => {
    const { outbox, request, answers, onWritten } = phone();
    answers.push(
      { ok: false, code: 'timeout', reason: 'session.no_answer', message: '' },
      { ok: true, data: { results: [{ findingId: 'f1', refusal: 'too_many_open' }] } },
    );
    outbox.connected(true);
    outbox.add('o1', content);
    await vi.waitFor(() => expect(onWritten).toHaveBeenCalledTimes(1));
    const ids = request.mock.calls.map(([, { reports }]) => reports[0]?.findingId);
    expect(ids).toEqual(['f1', 'f1', 'f1']);
  });

  it('what the hub never takes is said, and does not hold up the next', async () => {
    const { outbox, answers, onWritten, onRefused } = phone();
    answers.push(
      { ok: false, code: 'bad_request', reason: 'session.malformed', message: '' },
      { ok: true, data: { results: [{ findingId: 'f2', refusal: 'no_such_order' }] } },
    );
    for (let count = 0; count < 3; count += 1) outbox.add('o1', content);
    outbox.connected(true);
    await vi.waitFor(() => expect(onWritten).toHaveBeenCalledTimes(1));
    expect(onRefused.mock.calls.map(([{ findingId }, refusal]) => [findingId, refusal])).toEqual([
      ['f1', 'unreadable'],
      ['f2', 'no_such_order'],
    ]);
    expect(outbox.waiting).toEqual([]);
  });

  it('a damaged storage loses only what is damaged', () => {
    const { outbox, kept } = phone();
    outbox.add('o1', content);
    const [key = ''] = kept.keys();
    const good = JSON.parse(kept.get(key) ?? '[]') as object[];
    kept.set(key, JSON.stringify([{ findingId: '!' }, ...good]));
    expect(phone(kept).outbox.waiting).toHaveLength(1);
    kept.set(key, '{');
    expect(phone(kept).outbox.waiting).toEqual([]);
  });

  it('a page that was set aside sends nothing more', async () => {
    const { outbox, request } = phone();
    outbox.setAside();
    outbox.connected(true);
    outbox.add('o1', content);
    await Promise.resolve();
    expect(request).not.toHaveBeenCalled();
  });
});

describe('the clauses of a phone', () => {
  it('are there without a network; what is damaged is left out', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(readKeptClauses(storage)).toEqual([]);
    const clause = { number: '食品安全法 33', title: '卫生要求', class: 2 as const };
    keepClauses(storage, [clause]);
    expect(readKeptClauses(storage)).toEqual([clause]);
    const [key = ''] = kept.keys();
    kept.set(key, JSON.stringify([clause, { number: '' }, 'x']));
    expect(readKeptClauses(storage)).toEqual([clause]);
    kept.set(key, '{');
    expect(readKeptClauses(storage)).toEqual([]);
    const forbidden = {
      setItem() {
        throw new DOMException('forbidden', 'SecurityError');
      },
    };
    expect(() => keepClauses(forbidden, [clause])).not.toThrow();
  });
});
