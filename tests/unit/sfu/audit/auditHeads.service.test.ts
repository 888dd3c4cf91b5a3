import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedHead } from '../../../../src-sfu/features/audit/audit.repository.ts';
import { createAuditHeads, type HeadOutlet } from '../../../../src-sfu/features/audit/auditHeads.service.ts';
import { openAuditHeadsFile } from '../../../../src-sfu/storage/auditHeadsFile.ts';

const hashOf = (id: number, log = 'a'): string => `${log}${id}`.padEnd(64, '0');

function createHeads(options: { lines: number; published?: PublishedHead[]; log?: string }) {
  const state = { lines: options.lines, isFailing: false, log: options.log, archivedUpTo: 0 };
  const faults: string[] = [];
  const broken: string[] = [];
  const got: Record<string, number[]> = { file: [], webhook: [] };
  const outlet = (name: string): HeadOutlet => ({
    name,
    publish({ id }) {
      if (name === 'webhook' && state.isFailing) return Promise.reject(new Error('no route'));
      got[name]?.push(id);
      return Promise.resolve();
    },
  });
  const heads = createAuditHeads({
    repository: {
      readHead: () => Promise.resolve({ id: state.lines, hash: hashOf(state.lines, state.log) }),
      hashOf: (id) =>
        Promise.resolve(
          id > state.lines ? undefined : id <= state.archivedUpTo ? 'archived' : hashOf(id, state.log),
        ),
    },
    outlets: [outlet('file'), outlet('webhook')],
    published: () => Promise.resolve(options.published ?? []),
    wallMs: () => 5,
    onFault: (sentence) => void faults.push(sentence),
    onBroken: ({ kind }) => void broken.push(kind),
  });
  return { heads, state, faults, got, broken };
}

describe('the heads of the audit log', () => {
  it('are published once each, and not while there is no line', async () => {
    const { heads, state, got } = createHeads({ lines: 0 });
    await heads.begin();
    expect(got).toEqual({ file: [], webhook: [] });
    state.lines = 4;
    await heads.publish();
    await heads.publish();
    expect(got).toEqual({ file: [4], webhook: [4] });
    expect(heads.lastPublished()).toEqual({ atMs: 5, id: 4, hash: hashOf(4) });
  });

  it('go to the place that could not be reached when it can be, and to the others at once', async () => {
    const { heads, state, got, faults } = createHeads({ lines: 4 });
    state.isFailing = true;
    await heads.publish();
    expect(got).toEqual({ file: [4], webhook: [] });
    expect(heads.lastPublished()).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining('(webhook)')]);
    state.isFailing = false;
    await heads.publish();
    expect(got).toEqual({ file: [4], webhook: [4] });
    expect(heads.lastPublished()?.id).toBe(4);
  });

  it('agree with a log that has grown since', async () => {
    const { heads, faults } = createHeads({ lines: 9, published: [{ atMs: 1, id: 4, hash: hashOf(4) }] });
    await heads.begin();
    expect(heads.verdict()).toBe('agrees');
    expect(faults).toEqual([]);
  });

  it('show that the end was cut off or the database is an older copy', async () => {
    const { heads, faults } = createHeads({ lines: 3, published: [{ atMs: 1, id: 4, hash: hashOf(4) }] });
    await heads.begin();
    expect(heads.verdict()).toEqual({ kind: 'missing', id: 4, publishedAtMs: 1 });
    expect(faults).toEqual([expect.stringContaining('npm run audit -- verify')]);
  });

  it('show that the log was written again', async () => {
    const { heads } = createHeads({ lines: 9, log: 'b', published: [{ atMs: 1, id: 4, hash: hashOf(4) }] });
    await heads.begin();
    expect(heads.verdict()).toEqual({ kind: 'rewritten', id: 4, publishedAtMs: 1 });
  });
});

describe('a log that is changed while the hub runs', () => {
  it.each([
    ['cut off', { lines: 3 }, { kind: 'missing', id: 4, publishedAtMs: 5 }],
    ['emptied', { lines: 0 }, { kind: 'missing', id: 4, publishedAtMs: 5 }],
    ['written again', { log: 'b', lines: 6 }, { kind: 'rewritten', id: 4, publishedAtMs: 5 }],
  ])('is said once before the next head is published: %s', async (_how, change, verdict) => {
    const { heads, state, faults, broken } = createHeads({ lines: 4 });
    await heads.begin();
    Object.assign(state, change);
    await heads.publish();
    await heads.publish();
    expect(heads.verdict()).toEqual(verdict);
    expect(broken).toEqual([verdict.kind]);
    expect(faults).toEqual([expect.stringContaining('npm run audit -- verify')]);
  });

  it('is compared with the head of the last run too, and with one that only one place has', async () => {
    const earlier = createHeads({ lines: 9, published: [{ atMs: 1, id: 9, hash: hashOf(9) }] });
    await earlier.heads.begin();
    earlier.state.lines = 8;
    await earlier.heads.publish();
    expect(earlier.broken).toEqual(['missing']);
    const partly = createHeads({ lines: 4 });
    partly.state.isFailing = true;
    await partly.heads.begin();
    Object.assign(partly.state, { lines: 2, isFailing: false });
    await partly.heads.publish();
    expect(partly.broken).toEqual(['missing']);
  });

  it('agrees where its old lines have left the database for a file', async () => {
    const { heads, state, broken } = createHeads({
      lines: 4,
      published: [{ atMs: 1, id: 2, hash: hashOf(2) }],
    });
    await heads.begin();
    Object.assign(state, { lines: 6, archivedUpTo: 5 });
    await heads.publish();
    expect([heads.verdict(), broken]).toEqual(['agrees', []]);
  });
});

describe('the file of heads', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'heads-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const head = (id: number): PublishedHead => ({ atMs: id, id, hash: '0'.repeat(64) });

  it('is empty where there is none', async () => {
    expect(await openAuditHeadsFile(join(folder, 'none')).read()).toEqual([]);
  });

  it('keeps heads in their order, beyond lines that are none and one that was not written to its end', async () => {
    const path = join(folder, 'heads.jsonl');
    const file = openAuditHeadsFile(path);
    await file.append(head(1));
    appendFileSync(path, 'no head\n{"atMs":3,"id":');
    await file.append(head(2));
    expect(await file.read()).toEqual([head(1), head(2)]);
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  });
});
