import i18next from 'i18next';
import type { Scene, ShowcaseLanguage } from '../../../src-shared/showcase/programme.ts';

/** The language that the page does not speak now. */
export function otherLanguage(language: string): ShowcaseLanguage {
  return language === 'en' ? 'zh-CN' : 'en';
}

const asShown = (language: string): ShowcaseLanguage => (language === 'en' ? 'en' : 'zh-CN');

/**
 * Title and caption of a scene in a language: those that were written at the desk, otherwise those of the page. Without kitchens that are
 * public now, the scene of kitchens says that it shows drawings.
 */
export function sceneWords(
  { kind, words }: Pick<Scene, 'kind' | 'words'>,
  language: string,
  squad?: string,
  hasKitchens = true,
): { title: string; caption: string } {
  const shown = asShown(language);
  const t = i18next.getFixedT(shown);
  const own = words[shown];
  const filled = (text: string | undefined): string | undefined =>
    text === undefined || text === '' ? undefined : text;
  return {
    title:
      filled(own.title) ?? t(`showcase.scene.${kind}.title`, { squad: squad ?? t('showcase.call.squad') }),
    // Drawings are not real kitchens.
    caption:
      kind === 'kitchens' && !hasKitchens
        ? t('showcase.scene.kitchens.captionEmpty')
        : (filled(own.caption) ?? t(`showcase.scene.${kind}.caption`)),
  };
}

/** A time of day without its seconds; with the date where it is not of today. */
export function minuteText(timeText: string): string {
  return timeText.replace(/(\d\d:\d\d):\d\d/, '$1');
}
