import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import type { ShowcaseFeature } from '../../../../src-renderer/app/showcase/showcaseFeature.ts';
import { createShowcaseFeatures } from '../../../../src-renderer/app/showcase/showcaseFeatures.ts';
import { ShowcaseSurface } from '../../../../src-renderer/app/showcase/ShowcaseSurface.tsx';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  await startLocale('en');
  await i18next.changeLanguage('en');
});
afterAll(() => void vi.unstubAllGlobals());

/** The page of visitors with these features. */
function draw(features: readonly ShowcaseFeature[], everJoined = true): string {
  const session = createSessionStore('en', 0);
  session.setState({ everJoined });
  session.getInitialState = session.getState;
  return renderToStaticMarkup(<ShowcaseSurface session={session} features={features} />);
}

describe('the screen for visitors', () => {
  it('says that it is not available yet, once it is connected', () => {
    expect(draw(createShowcaseFeatures())).toContain(i18next.t('notice.unbuiltTitle'));
    expect(draw(createShowcaseFeatures(), false)).not.toContain(i18next.t('notice.unbuiltTitle'));
  });

  it('draws the first feature of the list that is to be shown', () => {
    const story = (words: string, isShown: boolean): ShowcaseFeature => ({
      panels: { content: { reads: [], isShown: () => isShown, Panel: () => words } },
    });
    const page = draw([story('One', false), story('Two', true), story('Three', true)]);
    expect(page).toContain('Two');
    expect(page).not.toMatch(/One|Three/);
  });
});
