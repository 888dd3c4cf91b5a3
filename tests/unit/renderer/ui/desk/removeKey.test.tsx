import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, it, vi } from 'vitest';
import { RecorderRow } from '../../../../../src-renderer/features/recorders/RecorderRow.tsx';
import { RemoveKey } from '../../../../../src-renderer/ui/desk/RemoveKey.tsx';
import { startLocale } from '../../../../../src-renderer/ui/locale.ts';
import { MayContext } from '../../../../../src-renderer/ui/May.tsx';

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  await startLocale('en');
  vi.unstubAllGlobals();
});

/** What of a page is denied to somebody who may do everything but this. */
function drawn(page: ReactNode, denied: string): string {
  return renderToStaticMarkup(
    <MantineProvider>
      <MayContext value={(ask) => (ask === denied ? 'administrator' : 'may')}>{page}</MayContext>
    </MantineProvider>,
  );
}
const groupsOf = (html: string): [string, boolean][] =>
  [...html.matchAll(/<fieldset([^>]*)>/g)].map(([, attributes = '']) => [
    /data-asks="([^"]*)"/.exec(attributes)?.[1] ?? '',
    attributes.includes(' disabled=""'),
  ]);

it('a key that removes stands among what it asks, shows the first words, and offers no cancel yet', () => {
  const key = (
    <RemoveKey asks="webhooks:delete" onRemove={() => expect.unreachable()}>
      Delete…
    </RemoveKey>
  );
  const html = drawn(key, 'webhooks:delete');
  expect(groupsOf(html)).toEqual([['webhooks:delete', true]]);
  expect(html.match(/<button/g)).toHaveLength(1);
  expect(html).toContain('Delete…');
});

it('every key of a recorder that changes something is denied to those who may not', () => {
  const recorder = { recorderId: '42120000001110000001', name: '一店', isOnline: true, receivedItems: 0 };
  const row = (
    <table>
      <tbody>
        <RecorderRow
          recorder={{ ...recorder, channels: 0 } as never}
          actions={{} as never}
          times={{ timeOfDay: String, date: String } as never}
          isBusy={false}
        />
      </tbody>
    </table>
  );
  for (const ask of ['recorders:change', 'recorders:remove', 'recorders:askCatalogue']) {
    expect(groupsOf(drawn(row, ask)), ask).toContainEqual([ask, true]);
  }
});
