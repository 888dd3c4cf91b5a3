import { useTranslation } from 'react-i18next';
import type { Scene, ShowcaseLanguage } from '../../../src-shared/showcase/programme.ts';
import { otherLanguage, sceneWords } from './words.ts';
import type { SceneProps } from './scenes/sceneProps.ts';
import { SceneVisual } from './scenes/SceneVisual.tsx';

/** Titles of more characters than these do not fit into one line in large letters. */
const longTitle: Record<ShowcaseLanguage, number> = { 'zh-CN': 15, en: 34 };

/** One scene of the story: its picture, its words, and the title in the other language. */
export function StoryScene({
  scene,
  hasKitchens,
  ...props
}: SceneProps & {
  scene: Scene;
  /** Whether kitchens are public now; left out: where there are some in `kitchens`. */
  hasKitchens?: boolean;
}) {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const other = otherLanguage(language);
  const released = props.view.releasedCase;
  const squadIn = (one: string): string | undefined =>
    one === 'en' ? (released?.squadNameEn ?? released?.squadName) : released?.squadName;
  const isWithKitchens = hasKitchens ?? props.kitchens.length > 0;
  const { title, caption } = sceneWords(scene, language, squadIn(language), isWithKitchens);
  return (
    <article className="showcase-scene" data-scene={scene.kind}>
      <div className="showcase-visual">
        <SceneVisual kind={scene.kind} {...props} />
      </div>
      <header className="showcase-words">
        {/* A long title is written smaller, so that the picture keeps its room. */}
        <h1 data-long={title.length > longTitle[other === 'en' ? 'zh-CN' : 'en'] || undefined}>{title}</h1>
        <p className="showcase-other" lang={other}>
          {sceneWords(scene, other, squadIn(other)).title}
        </p>
        <p className="showcase-caption">{caption}</p>
      </header>
    </article>
  );
}
