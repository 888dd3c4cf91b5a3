import { expect, it } from 'vitest';
import { createAlertPictures } from '../../../../src-sfu/features/alerts/alertPictures.ts';
import type { SnapshotRecord } from '../../../../src-sfu/features/alerts/alerts.repository.ts';
import { createLogger } from '../../../../src-sfu/logger.ts';

it('a picture whose check failed for a reason of the hub is checked again with the next one', async () => {
  const checked: string[] = [];
  let isBroken = true;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const pictures = createAlertPictures({
    ledger: { submit: () => Promise.resolve() } as never,
    files: {
      check(hash: string) {
        checked.push(hash);
        return isBroken
          ? Promise.reject(new Error('the library is missing'))
          : Promise.resolve({ ok: true, width: 1, height: 1 });
      },
    } as never,
    repository: {} as never,
    logger: createLogger('silent'),
  });
  const record = (hash: string) => ({ hash }) as SnapshotRecord;
  pictures.add([record('a')], true);
  await settled();
  expect(checked).toEqual(['a']);
  isBroken = false;
  pictures.add([record('b')], true);
  await settled();
  pictures.add([record('c')], false);
  await settled();
  expect(checked).toEqual(['a', 'b', 'a', 'c']);
  await pictures.close();
});
