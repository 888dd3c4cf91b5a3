import { describe, expect, it } from 'vitest';
import {
  chosenScreen,
  createDeskWallStore,
} from '../../../../../src-renderer/features/wall/deskWallStore.ts';
import { library, page } from './deskBuilders.ts';

describe('the wall as the desk knows it', () => {
  it('follows each screen by its own notices and looks at the first one', () => {
    const store = createDeskWallStore();
    store.reset([page(), page({ screenId: 'left' })], library());
    store.showScreen(page({ screenId: 'left', revision: 9 }));
    expect(chosenScreen(store.getState())?.screenId).toBe('main');
    expect(store.getState().screens?.map(({ revision }) => revision)).toEqual([7, 9]);
  });

  it('ignores what is older than what it has', () => {
    const store = createDeskWallStore();
    store.reset([page()], library());
    store.showScreen(page({ revision: 6 }));
    store.showLibrary(library({ revision: 2, programmes: [] }));
    expect(chosenScreen(store.getState())?.revision).toBe(7);
    expect(store.getState().library?.programmes).toHaveLength(1);
  });

  it('takes a screen that was opened meanwhile, and keeps looking where it looked', () => {
    const store = createDeskWallStore();
    store.reset([page()], library());
    store.showScreen(page({ screenId: 'new' }));
    expect(store.getState().screens).toHaveLength(2);
    expect(store.getState().screenId).toBe('main');
  });

  it('keeps looking at the chosen screen over a new snapshot, as long as it is there', () => {
    const store = createDeskWallStore();
    store.reset([page(), page({ screenId: 'left' })], library());
    store.chooseScreen('left');
    store.reset([page({ revision: 1 }), page({ screenId: 'left', revision: 1 })], library());
    expect(chosenScreen(store.getState())?.screenId).toBe('left');
    store.reset([page({ revision: 2 })], library());
    expect(chosenScreen(store.getState())?.screenId).toBe('main');
  });

  it('keeps the screens as they were when a camera was taken up', () => {
    const store = createDeskWallStore();
    store.reset([page()], library());
    store.carry('x', '灶台');
    store.showScreen(page({ revision: 9 }));
    expect(store.getState().carried?.bases[0]?.revision).toBe(7);
  });
});
