import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { listenToDeskKeys, type DeskKeysParts } from '../../../../src-renderer/app/desk/DeskKeys.ts';

/** What the desk's keys did, as words. */
let done: string[];
let press: (facts: object) => { prevented: boolean };
let carried: object | undefined;

beforeEach(() => {
  done = [];
  carried = undefined;
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
  const desk = Object.assign(
    createStore(() => ({ keysShown: false, view: 'wall' })),
    { show: note('view') },
  );
  const screen = { screenId: 'main', tiles: [], tour: { state: 'running' } };
  const parts = {
    desk,
    wall: {
      getState: () => ({ carried, screens: [screen], screenId: 'main' }),
      chooseScreen: note('screen'),
    },
    wallActions: { steer: note('steer') },
    actions: { openPalette: note('palette'), typeDigit: note('digit'), placeTyped: note('place') },
    alerts: { getState: () => ({ open: new Map() }) },
    alertActions: { jump: note('jump'), silence: note('silence') },
    squads: {},
    talk: { hold: { isHeldByKeyboard: false }, keyDown: note('talk') },
    connected: () => true,
  };
  listenToDeskKeys(parts as unknown as DeskKeysParts, {
    addEventListener: (_name: string, listener: unknown) => {
      listen = listener as typeof listen;
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
});
