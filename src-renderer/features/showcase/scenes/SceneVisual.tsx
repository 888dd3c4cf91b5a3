import type { SceneKind } from '../../../../src-shared/showcase/programme.ts';
import type { SceneProps } from './sceneProps.ts';
import { CallScene } from './CallScene.tsx';
import { CitizensScene, WordsScene, WorkScene } from './CardScenes.tsx';
import { FiguresScene } from './FiguresScene.tsx';
import { KitchensScene } from './KitchensScene.tsx';
import { MapScene } from './MapScene.tsx';

const scenes: Record<SceneKind, (props: SceneProps) => React.ReactNode> = {
  kitchens: KitchensScene,
  map: MapScene,
  figures: FiguresScene,
  work: WorkScene,
  call: CallScene,
  citizens: CitizensScene,
  words: WordsScene,
};

/** The picture of a scene. */
export function SceneVisual({ kind, ...props }: SceneProps & { kind: SceneKind }) {
  const Visual = scenes[kind];
  return <Visual {...props} />;
}
