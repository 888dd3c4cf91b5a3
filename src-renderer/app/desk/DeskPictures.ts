import { createStore, type StoreApi } from 'zustand/vanilla';
import { sameTileState, type TileState } from '../../ui/tile/tileState.ts';
import { followPictures, type FollowedPictures } from '../shared/pictureStates.ts';

/** Real states of everything the desk shows, by the receiver's target id. */
export type PictureStates = StoreApi<{ states: ReadonlyMap<string, TileState> }>;

/** Keeps the states of all pictures of the desk true in a store. A state that is the same stays the same object. */
export function followDeskPictures(parts: Omit<FollowedPictures, 'before' | 'take'>): {
  store: PictureStates;
  ask(): void;
} {
  const store: PictureStates = createStore(() => ({ states: new Map<string, TileState>() }));
  const { ask } = followPictures({
    ...parts,
    before: (targetId) => store.getState().states.get(targetId),
    take(pictures) {
      const before = store.getState().states;
      let isChanged = pictures.size !== before.size;
      const states = new Map<string, TileState>();
      for (const [targetId, state] of pictures) {
        const present = before.get(targetId);
        const isSame = present !== undefined && sameTileState(present, state);
        states.set(targetId, isSame ? present : state);
        isChanged ||= !isSame;
      }
      if (isChanged) store.setState({ states });
    },
  });
  return { store, ask };
}
