import type { TFunction } from 'i18next';
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { createDeskActions, type DeskActions } from '../../../../src-renderer/app/desk/DeskActions.ts';
import { createCamerasStore } from '../../../../src-renderer/app/desk/cameras/camerasStore.ts';
import { createDeskStore, type DeskStore } from '../../../../src-renderer/app/desk/DeskState.ts';
import { createDirectoryStore } from '../../../../src-renderer/features/cameras/directoryStore.ts';
import {
  createDeskWallStore,
  type DeskWallStore,
} from '../../../../src-renderer/features/wall/deskWallStore.ts';
import { createSquadsStore } from '../../../../src-renderer/features/squads/squadsStore.ts';

/** The sounds that are played now, and how they were lowered. */
const sounds = vi.hoisted(() => ({
  playing: [] as string[],
  lowered: [] as boolean[],
  muted: [] as boolean[],
}));
vi.mock('../../../../src-renderer/media/sound.ts', () => ({
  playSound(_receiver: unknown, { cameraId }: { cameraId: string }) {
    sounds.playing.push(cameraId);
    return {
      lower: (isLow: boolean) => sounds.lowered.push(isLow),
      mute: (isMuted: boolean) => sounds.muted.push(isMuted),
      stop: () => sounds.playing.splice(sounds.playing.indexOf(cameraId), 1),
    };
  },
}));

const screen = {
  screenId: 'main',
  revision: 3,
  columns: 2,
  rows: 1,
  // Out of the reading order, in which tiles are numbered.
  tiles: [
    { tileId: 'right', column: 2, row: 1, width: 1, height: 1 },
    { tileId: 'left', column: 1, row: 1, width: 1, height: 1, camera: { cameraId: 'c1' } },
  ],
};

let desk: DeskStore;
let wall: DeskWallStore;
let squads: ReturnType<typeof createSquadsStore>;
let actions: DeskActions;
let done: unknown[][];
let talkChanged: (isTalking: boolean) => void;
let kitchenTalkChanged: (isSpeaking: boolean) => void;
let isAsked: boolean;
/** The alert or order that is opened. */
let opened: string;
/** What may not be asked at this desk. */
let denied: Set<string>;

beforeEach(() => {
  sounds.playing = [];
  sounds.lowered = [];
  sounds.muted = [];
  done = [];
  isAsked = true;
  opened = '';
  denied = new Set();
  vi.useFakeTimers();
  vi.stubGlobal('HTMLElement', class {});
  vi.stubGlobal('document', { activeElement: null, querySelector: () => null });
  desk = createDeskStore('wall', () => undefined);
  wall = createDeskWallStore();
  wall.reset([screen] as never, undefined);
  squads = createSquadsStore();
  const note =
    (name: string) =>
    (...details: unknown[]) =>
      void done.push([name, ...details]);
  actions = createDeskActions({
    desk,
    kitchenTalk: {
      isSpeaking: () => false,
      onSpeaking: (listener: typeof kitchenTalkChanged) => {
        kitchenTalkChanged = listener;
      },
    },
    cameras: createCamerasStore(),
    wall,
    wallActions: { placeCamera: note('place'), spotlight: note('spotlight') },
    directory: createDirectoryStore(),
    squads: {
      store: squads,
      actions: {
        choose: (memberId: string) => squads.setState({ memberId }),
      },
    },
    soundRoute: () => () => undefined,
    bodyCams: { actions: { ask: () => Promise.resolve(isAsked) } },
    talk: {
      isTalking: () => false,
      onTalking: (listener: typeof talkChanged) => {
        talkChanged = listener;
      },
    },
    receiver: {},
    pictures: { getState: () => ({ states: new Map() }) },
    leaveAlert: note('leaveAlert'),
    opened: () => opened,
    allow: (ask: string) => !denied.has(ask) || (note('denied')(ask), false),
    nowMs: () => 0,
  } as unknown as Parameters<typeof createDeskActions>[0]);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The messages to the officer: the key of the words, and their values. All are failures. */
function messages(): unknown[] {
  const key = ((...words: unknown[]) => words) as unknown as TFunction;
  return desk.getState().messages.map(({ isFailure, text }) => (isFailure ? text(key) : undefined));
}

describe('what an officer does at the desk', () => {
  it('does not begin where it may not be asked, and says who may', async () => {
    denied = new Set(['wall:placeCamera', 'wall:spotlightCamera', 'wall:saveScene', 'bodycam:ask']);
    actions.carry('c1');
    actions.askSpotlight('c1');
    actions.saveAsScene();
    await actions.watchMember('m1');
    expect(done).toEqual([
      ['denied', 'wall:placeCamera'],
      ['denied', 'wall:spotlightCamera'],
      ['denied', 'wall:saveScene'],
      ['denied', 'bodycam:ask'],
    ]);
    expect(wall.getState()).toMatchObject({ carried: undefined, spotlightFor: undefined });
  });

  it('opens a camera in place of an alert, or beside it', () => {
    actions.watch('c1');
    expect(done).toEqual([]);
    actions.openLarge('c2');
    expect(done).toEqual([['leaveAlert']]);
    expect(desk.getState().largeCameraId).toBe('c2');
  });

  it('plays the sound of the large camera until it is closed or changed, more quietly while somebody talks', () => {
    actions.toggleSound();
    expect(sounds.playing).toEqual([]);
    actions.watch('c1');
    actions.toggleSound();
    expect(sounds.playing).toEqual(['c1']);
    talkChanged(true);
    expect(sounds.lowered).toEqual([false, true]);
    // Who speaks into the kitchen must not hear it.
    kitchenTalkChanged(true);
    kitchenTalkChanged(false);
    expect(sounds.muted).toEqual([false, true, false]);
    // The same camera again changes nothing.
    actions.watch('c1');
    expect(sounds.playing).toEqual(['c1']);
    actions.watch('c2');
    expect(sounds.playing).toEqual([]);
    actions.toggleSound();
    actions.closeLarge();
    expect(sounds.playing).toEqual([]);
  });

  it('puts a carried camera on the tile of the typed number, in reading order', () => {
    actions.carry('c9');
    expect(desk.getState()).toMatchObject({ view: 'wall', largeCameraId: undefined });
    actions.typeDigit('2');
    expect(done.at(-1)).toMatchObject(['place', { revision: 3 }, 'right', { cameraId: 'c9' }]);
    expect(wall.getState().carried).toBeUndefined();
  });

  it('reports a number that no tile has, and puts the camera down', () => {
    actions.carry('c9', 7);
    expect(messages()).toEqual([['said.noSuchTile', { number: 7, tiles: 2 }]]);
    expect(wall.getState().carried).toBeUndefined();
  });

  it('puts a carried camera on the chosen tile by Enter', () => {
    wall.chooseTile('left');
    actions.carry('c9');
    actions.placeTyped();
    expect(done.at(-1)).toMatchObject(['place', { screenId: 'main' }, 'left', { cameraId: 'c9' }]);
  });

  it('starts the spotlight on the chosen screen once, and only after it was asked', () => {
    actions.startSpotlight('tile', 5_000);
    expect(done).toEqual([]);
    actions.askSpotlight('c1');
    actions.startSpotlight('screen', 5_000);
    actions.startSpotlight('screen', 5_000);
    expect(done).toMatchObject([['spotlight', 'main', { cameraId: 'c1', target: 'screen', showMs: 5_000 }]]);
  });

  it('opens the body cam of a member that was asked for it', async () => {
    await actions.watchMember('li');
    expect(squads.getState().memberId).toBe('li');
    expect(desk.getState().largeCameraId).toContain('li');
  });

  it('opens no body cam that was refused, or where the officer went on to something else', async () => {
    isAsked = false;
    await actions.watchMember('li');
    expect(desk.getState().largeCameraId).toBeUndefined();
    isAsked = true;
    const watching = actions.watchMember('li');
    desk.show('map');
    await watching;
    expect(desk.getState()).toMatchObject({ view: 'map', largeCameraId: undefined });
  });

  it.each([
    ['view', () => desk.show('map')],
    ['alert or order', () => (opened = 'a2')],
  ])(
    'offers the body cam where the officer turned to another %s meanwhile, and opens it on request',
    async (_what, turn) => {
      const watching = actions.watchMember('li');
      turn();
      await watching;
      expect(desk.getState().largeCameraId).toBeUndefined();
      expect(done).toEqual([]);
      const [message] = desk.getState().messages;
      expect(message?.text(((...words: unknown[]) => words) as unknown as TFunction)).toEqual([
        'bodycam.askedMeanwhile',
        { name: 'li' },
      ]);
      message?.offer?.open();
      expect(desk.getState().largeCameraId).toContain('li');
      expect(done).toEqual([['leaveAlert']]);
    },
  );

  it('keeps the cameras of a screen as the draft of a scene, by the place of each tile', () => {
    actions.saveAsScene();
    const { sceneDraft } = wall.getState();
    expect(desk.getState().view).toBe('library');
    expect(Object.values(sceneDraft?.cameras ?? {})).toEqual(['c1']);
  });

  it('reports that there is no picture to take a snapshot of', async () => {
    vi.stubGlobal('HTMLCanvasElement', class {});
    vi.stubGlobal('HTMLVideoElement', class {});
    desk.setState({ largeCameraId: 'c1' });
    await actions.takeSnapshot();
    expect(messages()).toEqual([['snapshot.noPicture']]);
  });
});
