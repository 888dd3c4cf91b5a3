import { KitchenPicture } from '../KitchenPicture.tsx';
import { firstOfTurn, kitchensOfTurn } from '../kitchenTurns.ts';
import type { SceneProps } from './sceneProps.ts';

/** Pictures of one row; they are drawn twice, so that the row rolls without an end. */
const perRow = kitchensOfTurn / 2;

/** Kitchens that roll by in two rows, one to the left and one to the right; others in each round of the story. */
export function KitchensScene({ kitchens, pictures, times, round }: SceneProps) {
  const first = firstOfTurn(round, kitchens.length);
  return (
    <div className="showcase-rolls">
      {[0, 1].map((row) => (
        <div key={row} className="showcase-roll" data-back={row === 1 || undefined}>
          {[0, 1].map((copy) =>
            Array.from({ length: perRow }, (_unused, index) => {
              const number = row * perRow + index;
              const kitchen =
                kitchens.length === 0 ? undefined : kitchens[(first + number) % kitchens.length];
              return (
                <KitchenPicture
                  key={`${copy} ${index}`}
                  kitchen={kitchen}
                  number={number}
                  pictures={pictures}
                  times={times}
                />
              );
            }),
          )}
        </div>
      ))}
    </div>
  );
}
