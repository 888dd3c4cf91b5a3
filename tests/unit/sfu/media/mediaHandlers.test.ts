import { expect, it } from 'vitest';
import { createMediaHandlers } from '../../../../src-sfu/features/media/media.handlers.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { ok } from '../../../../src-shared/protocol/define.ts';

/** A surface that may see `own`, and the streams that it holds open. */
function stage() {
  const open = new Set<string>();
  const closed: string[] = [];
  const made = Promise.withResolvers<undefined>();
  const media = {
    async consume({ streamId }: { streamId: string }) {
      await made.promise;
      return ok({ consumerId: `consumer of ${streamId}` });
    },
    closeConsumers: (consumerIds: string[]) => Promise.resolve(void closed.push(...consumerIds)),
  };
  const handlers = createMediaHandlers({
    mayConsume: (_context, streamId) => streamId === 'own',
    isOpen: (_context, streamId) => open.has(streamId),
  });
  const consume = (streamId: string) =>
    handlers['media:consume']({ media } as unknown as SurfaceContext, { streamId } as never);
  return { open, closed, finish: () => made.resolve(undefined), consume };
}

it('a surface receives what it may see and holds open, so that the audit log has it', async () => {
  const { open, finish, consume } = stage();
  finish();
  open.add('of another');
  expect(await consume('of another')).toMatchObject({ reason: 'media.may_not_consume' });
  expect(await consume('own')).toMatchObject({ code: 'not_found', reason: 'cameras.stream_not_held' });
  open.add('own');
  expect(await consume('own')).toMatchObject({ ok: true, data: { consumerId: 'consumer of own' } });
});

it('a stream that is closed while its consumer is made is not received', async () => {
  const { open, closed, finish, consume } = stage();
  open.add('own');
  const consuming = consume('own');
  open.delete('own');
  finish();
  expect(await consuming).toMatchObject({ reason: 'cameras.stream_not_held' });
  expect(closed).toEqual(['consumer of own']);
});
