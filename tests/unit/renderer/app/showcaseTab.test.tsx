import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ShowcaseTab } from '../../../../src-renderer/app/desk/showcase/showcaseFeature.tsx';
import { createDeskShowcase } from '../../../../src-renderer/features/showcase/deskShowcase.ts';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';
import { defaultProgramme } from '../../../../src-shared/showcase/programme.ts';

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  await startLocale('en');
});
afterAll(() => void vi.unstubAllGlobals());

it('says at every view of the desk that the curtain is drawn, and nothing of it while it is open', async () => {
  const showcase = createDeskShowcase({
    request: () => Promise.reject(new Error('nothing is asked')),
    notify: () => undefined,
    newId: () => 'id',
  });
  const saved = { revision: 1, programme: defaultProgramme };
  const drawn = (): string => {
    showcase.store.getInitialState = showcase.store.getState;
    return renderToStaticMarkup(<ShowcaseTab showcase={showcase} />);
  };
  for (const [language, open, shut] of [
    ['en', 'Showcase', 'Showcase (curtain drawn)'],
    ['zh-CN', '展示屏', '展示屏（幕布已拉上）'],
  ] as const) {
    await i18next.changeLanguage(language);
    showcase.take({ curtain: { isDrawn: true, sinceMs: 1 }, saved, screens: 1 });
    expect(drawn()).toContain(shut);
    showcase.take({ curtain: { isDrawn: false, sinceMs: 2 }, saved, screens: 1 });
    expect(drawn()).toBe(open);
  }
});
