import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createCamerasStore } from '../../../../src-renderer/app/desk/cameras/camerasStore.ts';
import { createAlertKeys } from '../../../../src-renderer/app/desk/alerts/alertKeys.ts';
import { createBodyCamKeys } from '../../../../src-renderer/app/desk/bodycam/bodyCamFeature.ts';
import { createCameraKeys } from '../../../../src-renderer/app/desk/cameras/cameraKeys.ts';
import type { DeskFeature, DeskFeatureKeys } from '../../../../src-renderer/app/desk/deskFeature.ts';
import { listenToDeskKeys } from '../../../../src-renderer/app/desk/DeskKeys.ts';
import type { DeskStore } from '../../../../src-renderer/app/desk/DeskState.ts';
import { createSquadKeys } from '../../../../src-renderer/app/desk/squads/squadKeys.ts';
import { createTalkKeys } from '../../../../src-renderer/app/desk/talk/talkKeys.ts';
import { createWallKeys } from '../../../../src-renderer/app/desk/wall/wallKeys.ts';

/** What the desk's keys did, as words. */
let done: string[];
let desk: StoreApi<Record<string, unknown>>;
let press: (facts: object) => { prevented: boolean };
let carried: object | undefined;
/** What may not be asked at this desk. */
let denied: Set<string>;
const viewNames = ['wall', 'library', 'health'];
/** What the stores of the desk say; tests change it before they press a key. */
let state: { alerts: object; squads: object; wall: object };

beforeEach(() => {
  done = [];
  carried = undefined;
  denied = new Set();
  state = { alerts: { open: new Map() }, squads: {}, wall: {} };
  class Element {}
  vi.stubGlobal('HTMLElement', Element);
  vi.stubGlobal('HTMLInputElement', class extends Element {});
  vi.stubGlobal('HTMLButtonElement', class extends Element {});
  vi.stubGlobal('document', { activeElement: null, querySelector: () => null });
  let listen: (event: unknown) => void = () => undefined;
  const note =
    (what: string) =>
    (...details: unknown[]) => {
      done.push([what, ...details.filter((detail) => typeof detail !== 'object')].join(' '));
      return true;
    };
  desk = Object.assign(
    createStore<Record<string, unknown>>(() => ({ keysShown: false, view: 'wall' })),
    { show: note('view') },
  );
  const screen = { screenId: 'main', tiles: [], tour: { state: 'running' } };
  const parts = {
    desk,
    cameras: createCamerasStore(),
    wall: {
      getState: () => ({ carried, screens: [screen], screenId: 'main', ...state.wall }),
      chooseScreen: note('screen'),
      putDown: note('putDown'),
    },
    wallActions: { steer: note('steer') },
    actions: {
      openPalette: note('palette'),
      typeDigit: note('digit'),
      placeTyped: note('place'),
      closeLarge: note('closeLarge'),
      watchMember: note('watch'),
    },
    alerts: { getState: () => state.alerts },
    alertActions: {
      jump: note('jump'),
      silence: note('silence'),
      ask: note('ask'),
      answer: note('answer'),
      leave: note('leave'),
      work: note('work'),
    },
    squads: { store: { getState: () => state.squads }, actions: { choose: note('choose') } },
    talk: { hold: { isHeldByKeyboard: false }, keyDown: note('talk') },
    connected: () => true,
    rights: { allow: (ask: string) => !denied.has(ask) || (done.push(`denied ${ask}`), false) },
  };
  const keysOf = (create: unknown): DeskFeature => ({
    keys: (create as (given: object) => DeskFeatureKeys)(parts),
  });
  const views = viewNames.map((name): DeskFeature => ({
    view: { name, title: () => name, View: () => null },
  }));
  const features = [
    ...views,
    keysOf(createWallKeys),
    keysOf(createSquadKeys),
    keysOf(createBodyCamKeys),
    keysOf(createCameraKeys),
    keysOf(() => createTalkKeys(parts.talk as never, parts.rights, { is: () => false })),
    keysOf(createAlertKeys),
  ];
  listenToDeskKeys(desk as unknown as DeskStore, features, {
    target: {
      addEventListener: (_name: string, listener: unknown) => {
        listen = listener as typeof listen;
      },
    },
  });
  press = (facts) => {
    let prevented = false;
    const nothing = { key: '', code: '', keyCode: 0, isComposing: false, repeat: false, target: null };
    const held = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, defaultPrevented: false };
    listen({ ...nothing, ...held, preventDefault: () => (prevented = true), ...facts });
    return { prevented };
  };
});
afterEach(() => vi.unstubAllGlobals());

describe('the desk', () => {
  it.each([
    ['a', 'KeyA', 'jump'],
    ['A', 'KeyA', 'jump'],
    ['ф', 'KeyA', 'jump'],
    ['α', 'KeyA', 'jump'],
    ['Z', 'KeyZ', 'silence'],
    ['я', 'KeyZ', 'silence'],
    ['N', 'KeyN', 'steer main step'],
    ['т', 'KeyN', 'steer main step'],
    ['н', 'KeyY', undefined],
    ['、', 'Slash', 'palette'],
    ['х', 'BracketLeft', 'screen main'],
  ])('hears %s on %s', (key, code, what) => {
    press({ key, code });
    expect(done).toEqual(what === undefined ? [] : [what]);
  });

  it.each([
    ['n', 'KeyN', 'wall:steerTour'],
    ['h', 'KeyH', 'wall:steerTour'],
    [' ', 'Space', 'talk:requestFloor'],
  ])('says who may, and does nothing, on %s where it may not be asked', (key, code, ask) => {
    denied = new Set([ask]);
    expect(press({ key, code }).prevented).toBe(true);
    expect(done).toEqual([`denied ${ask}`]);
  });

  it('does not take the floor from others where it may only be asked for', () => {
    denied = new Set(['talk:revokeFloor']);
    press({ key: ' ', code: 'Space', shiftKey: true });
    press({ key: ' ', code: 'Space' });
    expect(done).toEqual(['denied talk:revokeFloor', 'talk normal']);
  });

  it.each([
    ['Enter', 'Enter'],
    ['r', 'KeyR'],
    ['f', 'KeyF'],
    ['d', 'KeyD'],
    ['o', 'KeyO'],
  ])('does not begin to work on an alert by %s where nobody may', (key, code) => {
    denied = new Set(['alerts:work']);
    state.alerts = { open: new Map([['one', {}]]), chosenId: 'one' };
    press({ key, code });
    expect(done).toEqual(['denied alerts:work']);
  });

  it('finds a camera by Ctrl+K on any layout', () => {
    press({ key: 'л', code: 'KeyK', ctrlKey: true });
    press({ key: 'K', code: 'KeyK', ctrlKey: true });
    expect(done).toEqual(['palette', 'palette']);
  });

  it('turns to a view by the place of the digit, also on the number pad', () => {
    press({ key: '&', code: 'Digit1', altKey: true });
    press({ key: '3', code: 'Numpad3', altKey: true });
    expect(done).toEqual(['view wall', 'view health']);
  });

  it('takes tile numbers from digit row, number pad and layouts with digits behind Shift', () => {
    carried = { cameraId: 'c' };
    press({ key: '1', code: 'Numpad1' });
    press({ key: 'é', code: 'Digit2' });
    press({ key: '３', code: 'Digit3' });
    press({ key: 'Enter', code: 'NumpadEnter' });
    expect(done).toEqual(['digit 1', 'digit 2', 'digit 3', 'place']);
  });

  it('leaves every key to an input method that composes', () => {
    for (const [key, code] of [
      ['a', 'KeyA'],
      ['Process', 'KeyA'],
      ['Enter', 'Enter'],
      [' ', 'Space'],
      ['1', 'Digit1'],
    ]) {
      carried = { cameraId: 'c' };
      expect(press({ key, code, keyCode: 229 }).prevented).toBe(false);
      expect(press({ key, code, isComposing: true }).prevented).toBe(false);
    }
    expect(done).toEqual([]);
  });

  it('speaks by Space, also with Caps Lock, Shift and wide characters', () => {
    press({ key: ' ', code: 'Space' });
    press({ key: '\u3000', code: 'Space' });
    press({ key: ' ', code: 'Space', shiftKey: true });
    expect(done).toEqual(['talk normal', 'talk normal', 'talk override']);
  });

  it('puts away one thing for each press of Escape, the topmost first', () => {
    carried = { cameraId: 'c' };
    state.alerts = { open: new Map(), chosenId: 'a', ask: { type: 'note', note: '' } };
    state.squads = { memberId: 'li' };
    desk.setState({ view: 'squads', largeCameraId: 'c' });
    const escape = () => press({ key: 'Escape', code: 'Escape' });
    escape();
    carried = undefined;
    escape();
    state.alerts = { open: new Map(), chosenId: 'a' };
    escape();
    state.alerts = { open: new Map() };
    escape();
    desk.setState({ largeCameraId: undefined });
    escape();
    state.squads = {};
    expect(escape().prevented).toBe(false);
    expect(done.map((deed) => deed.trim())).toEqual(['putDown', 'ask', 'leave', 'closeLarge', 'choose']);
  });

  it('takes no letter for anything else while a question about an alert is open', () => {
    state.alerts = { open: new Map([['a', {}]]), chosenId: 'a', ask: { type: 'false', note: '' } };
    press({ key: 'n', code: 'KeyN' });
    press({ key: '2', code: 'Digit2' });
    expect(done).toEqual(['answer 2']);
  });

  it('leaves keys to an open window, except Ctrl+K', () => {
    state.wall = { spotlightFor: { cameraId: 'c', title: '' } };
    expect(press({ key: 'a', code: 'KeyA' }).prevented).toBe(false);
    expect(press({ key: '1', code: 'Digit1', altKey: true }).prevented).toBe(false);
    press({ key: 'k', code: 'KeyK', ctrlKey: true });
    expect(done).toEqual(['palette']);
  });

  it('shows the key help by a question mark', () => {
    press({ key: '?', code: 'Slash', shiftKey: true });
    expect(desk.getState()).toMatchObject({ keysShown: true });
  });

  it('asks for the picture of the chosen member only in the view of squads', () => {
    state.squads = { memberId: 'li' };
    press({ key: 'v', code: 'KeyV' });
    desk.setState({ view: 'squads' });
    press({ key: 'v', code: 'KeyV' });
    expect(done).toEqual(['watch li']);
  });
});
