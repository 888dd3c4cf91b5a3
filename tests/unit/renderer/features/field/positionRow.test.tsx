import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFieldStore } from '../../../../../src-renderer/features/field/fieldStore.ts';
import { PositionRow } from '../../../../../src-renderer/features/field/PositionRow.tsx';
import { startLocale } from '../../../../../src-renderer/ui/locale.ts';

describe('the row of the position on a phone', () => {
  beforeAll(async () => {
    Object.assign(globalThis, { document: { documentElement: {} } });
    await startLocale('en');
    await i18next.changeLanguage('en');
  });

  const rowAfter = (ageMs: number): string => {
    const store = createFieldStore(true, undefined);
    const sharing = { state: 'on', accuracyM: 12, measuredAtMs: 1_000_000 } as const;
    store.setState({ sharing });
    store.getInitialState = store.getState;
    return renderToStaticMarkup(
      <PositionRow store={store} nowMs={1_000_000 + ageMs} onShare={() => undefined} />,
    );
  };

  it('shows a position as current for as long as a standing phone takes to the next one, and as old after that', () => {
    expect(rowAfter(29_000)).toContain('data-sharing="on"');
    expect(rowAfter(29_000)).not.toContain('field-row-words--wrong');
    const old = rowAfter(31_000);
    expect(old).toContain('data-sharing="stale"');
    expect(old).toContain('field-row-words--wrong');
    expect(old).toContain('31 s old');
  });
});
