import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  createAttachmentsFeature,
  createDeskAttachments,
} from '../../../../../src-renderer/app/desk/attachments/attachmentsFeature.tsx';
import { createPrincipalStore } from '../../../../../src-renderer/features/accounts/principalStore.ts';
import type {
  UploadAnnouncement,
  UploadState,
} from '../../../../../src-shared/attachments/attachments.protocol.ts';

const order = { kind: 'order', id: 'o1' } as const;
const pdf = (bytes: number, name = '图纸.pdf') => new File([new Uint8Array(bytes)], name);
const photograph = new File([new Uint8Array([1, 2, 3])], '灶台.jpg', { type: 'image/jpeg' });

/** The hub over HTTP: it keeps what came whole, and rejects what it is set to reject. */
function stageHub() {
  const uploads = new Map<string, { announced: UploadAnnouncement; bytes: Buffer }>();
  const offsets: number[] = [];
  const rejects = new Set<number>();
  const fetch = vi.fn(async (path: string, init: RequestInit) => {
    const [, id, offset] = /attachments(?:\/([^/]+)\/upload\?offset=(\d+))?$/u.exec(path) ?? [];
    if (id === undefined) {
      const announced = JSON.parse(String(init.body)) as UploadAnnouncement;
      uploads.set(announced.attachmentId, { announced, bytes: Buffer.alloc(0) });
      return answer(announced.attachmentId);
    }
    offsets.push(Number(offset));
    const upload = uploads.get(id);
    if (upload !== undefined) {
      upload.bytes = Buffer.concat([upload.bytes, Buffer.from(init.body as ArrayBuffer)]);
    }
    return Promise.resolve(answer(id));
  });
  const answer = (attachmentId: string): Response => Response.json(stateOf(attachmentId));
  const stateOf = (attachmentId: string): UploadState => {
    const { announced, bytes } = uploads.get(attachmentId) ?? {};
    if (announced === undefined || bytes === undefined)
      throw new Error(`nothing is known of ${attachmentId}`);
    if (bytes.length < announced.bytes) return { state: 'open', offset: bytes.length };
    if (rejects.has(announced.bytes)) return { state: 'rejected', rejection: 'not_a_picture' };
    const { owner, kind, sha256 } = announced;
    const mediaType = kind === 'document' ? 'application/pdf' : 'image/jpeg';
    const by = { kind: 'person', id: 'wang', name: '王芳' } as const;
    const times = { takenAtMs: 1, receivedAtMs: 1 };
    const hashes = { sha256: createHash('sha256').update(bytes).digest('hex'), sentSha256: sha256 };
    const attachment = { attachmentId, owner, kind, by, mediaType, bytes: bytes.length, ...times, ...hashes };
    return { state: 'kept', attachment } as UploadState;
  };
  const announced = () => [...uploads.values()].map((upload) => upload.announced);
  const kept = () => announced().filter((one) => stateOf(one.attachmentId).state === 'kept');
  return { fetch, offsets, rejects, announced, kept };
}

let hub: ReturnType<typeof stageHub>;
beforeEach(() => {
  hub = stageHub();
  vi.stubGlobal('fetch', hub.fetch);
  vi.stubGlobal('isSecureContext', true);
});
afterEach(() => vi.unstubAllGlobals());

function stageDesk(accountId = 'wang') {
  const principal = createPrincipalStore();
  let ids = 0;
  const attachments = createDeskAttachments({
    link: { request: vi.fn() as never },
    principal,
    newId: () => `desk-${++ids}`,
  });
  const feature = createAttachmentsFeature({ attachments });
  const sit = (id: string, standing: 'open' | 'locked' = 'open'): void => {
    const desk = { accountId: id, standing } as never;
    principal.setState({ desk });
    feature.takeSnapshot?.({ snapshot: { desk } } as never);
  };
  sit(accountId);
  return { feature, sit, ...attachments.sending };
}

it('photographs and PDFs of a desk are sent as what they are, in pieces, as who sits there', async () => {
  const { store, takeFiles } = stageDesk();
  const progress: number[] = [];
  store.subscribe(({ waiting }) => {
    const document = waiting.find(({ kind }) => kind === 'document');
    if (document !== undefined) progress.push(document.sentBytes);
  });
  await takeFiles(order, [photograph, pdf(600_000)]);
  await vi.waitFor(() => expect(store.getState().waiting).toEqual([]));
  expect(hub.kept()).toMatchObject([
    { owner: order, kind: 'photograph', bytes: 3 },
    { owner: order, kind: 'document', bytes: 600_000 },
  ]);
  expect(hub.offsets).toEqual([0, 0, 262_144, 524_288]);
  expect(progress).toContain(524_288);
  for (const [, init] of hub.fetch.mock.calls) {
    expect(init.credentials).toBe('same-origin');
    expect(init.headers).not.toHaveProperty('authorization');
  }
  expect(JSON.stringify(hub.announced())).not.toContain('图纸');
});

it('a photograph of a finding is sent as one from before the correction', async () => {
  const { store, takeFiles } = stageDesk();
  const finding = { kind: 'finding', id: 'f1' } as const;
  await takeFiles(finding, [photograph], 'before');
  await vi.waitFor(() => expect(store.getState().waiting).toEqual([]));
  expect(hub.kept()).toMatchObject([{ owner: finding, kind: 'photograph', purpose: 'before' }]);
});

it('what the hub does not keep is named until it was read, and the others are sent', async () => {
  const { store, outbox, takeFiles } = stageDesk();
  hub.rejects.add(40);
  await takeFiles(order, [new File([new Uint8Array(40)], '清单.docx'), photograph]);
  await vi.waitFor(() => expect(hub.kept()).toHaveLength(1));
  await vi.waitFor(() =>
    expect(store.getState().waiting).toMatchObject([{ name: '清单.docx', failure: 'not_a_picture' }]),
  );
  await outbox.dismiss(store.getState().waiting[0]?.attachmentId ?? '');
  expect(store.getState().waiting).toEqual([]);
});

it('what is too large, or cannot be sent without HTTPS, is said at once and not sent', async () => {
  const { store, takeFiles } = stageDesk();
  await takeFiles(order, [pdf(20 * 1024 * 1024 + 1, '大.pdf')]);
  expect(store.getState()).toMatchObject({
    problem: 'too_large',
    problemFile: '大.pdf',
    waiting: [],
    busy: 0,
  });
  vi.stubGlobal('isSecureContext', false);
  await takeFiles(order, [photograph]);
  expect(store.getState()).toMatchObject({ problem: 'insecure', waiting: [] });
  expect(hub.fetch).not.toHaveBeenCalled();
});

it('a locked desk and another person send nothing of what waits; who attached it does', async () => {
  const { store, feature, sit, takeFiles } = stageDesk();
  feature.connectionLost?.();
  await takeFiles(order, [photograph]);
  expect(store.getState().waiting).toHaveLength(1);
  sit('li');
  expect(store.getState().waiting).toEqual([]);
  sit('wang', 'locked');
  expect(store.getState().waiting).toHaveLength(1);
  // Everything that can run has run.
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
  expect(hub.fetch).not.toHaveBeenCalled();
  sit('wang');
  await vi.waitFor(() => expect(hub.kept()).toHaveLength(1));
});
