import type { TFunction } from 'i18next';
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AnyDeskFeature, DeskFeature } from '../../../../src-renderer/app/desk/deskFeature.ts';
import { deskKeyHelp } from '../../../../src-renderer/app/desk/deskKeyHelp.ts';
import { listenToDeskKeys } from '../../../../src-renderer/app/desk/DeskKeys.ts';
import { routeNotices } from '../../../../src-renderer/app/desk/deskNotices.ts';
import { createDeskStore } from '../../../../src-renderer/app/desk/DeskState.ts';
import { createPrincipalStore } from '../../../../src-renderer/features/accounts/principalStore.ts';
import { DeskTopBar } from '../../../../src-renderer/app/desk/DeskTopBar.tsx';
import { panelsOf } from '../../../../src-renderer/app/desk/deskPanels.ts';
import { viewEntries, viewsOf } from '../../../../src-renderer/app/desk/deskViews.ts';
import type { NoticeTakers } from '../../../../src-renderer/app/shared/surfaceFeature.ts';
import { createSessionStore } from '../../../../src-renderer/app/shared/sessionStore.ts';
import { findEntries } from '../../../../src-renderer/features/cameras/paletteEntries.ts';
import { DeskKit } from '../../../../src-renderer/ui/desk/DeskKit.tsx';
import { startLocale } from '../../../../src-renderer/ui/locale.ts';
import { notices, type NoticeName } from '../../../../src-shared/protocol/index.ts';

const viewFeature = (name: string): DeskFeature => ({
  view: { name, title: () => `The ${name}`, View: () => null },
});
/** A desk of so many views, each a feature of its own. */
const deskOf = (count: number): DeskFeature[] =>
  Array.from({ length: count }, (_, index) => viewFeature(`view${index + 1}`));
const noWords = ((key: string) => key) as unknown as TFunction;

/** Presses Alt with a digit at a desk of these features; answers the view that is shown then. */
function viewAfter(features: readonly AnyDeskFeature[], digit: number, shiftKey = false): string {
  const desk = createDeskStore('wall', () => undefined);
  let listen: (event: unknown) => void = () => undefined;
  listenToDeskKeys(desk, features, {
    target: {
      addEventListener: (_name: string, listener: unknown) => {
        listen = listener as typeof listen;
      },
    },
  });
  const facts = { key: String(digit), code: `Digit${digit}`, keyCode: 0, isComposing: false, repeat: false };
  const held = { altKey: true, shiftKey, ctrlKey: false, metaKey: false, defaultPrevented: false };
  listen({ ...facts, ...held, target: null, preventDefault: () => undefined });
  return desk.getState().view;
}

beforeAll(async () => {
  class Element {}
  vi.stubGlobal('HTMLElement', Element);
  vi.stubGlobal('HTMLInputElement', class extends Element {});
  vi.stubGlobal('HTMLButtonElement', class extends Element {});
  vi.stubGlobal('document', { documentElement: {}, activeElement: null, querySelector: () => null });
  await startLocale('en');
  await i18next.changeLanguage('en');
});
afterAll(() => void vi.unstubAllGlobals());

describe('a view that is added to the list of features', () => {
  it.each([8, 9, 10, 11, 20])('has its key and its help line as view %i', (count) => {
    const features = deskOf(count);
    const isShifted = count > 10;
    const digit = count % 10;
    expect(viewAfter(features, digit, isShifted)).toBe(`view${count}`);
    const lines = deskKeyHelp(features, noWords).flatMap(({ keys }) => keys);
    expect(lines).toContainEqual({
      keys: [isShifted ? `Alt Shift ${digit}` : `Alt ${digit}`],
      text: `The view${count}`,
    });
  });

  it.each([1, 8, 9, 10, 11, 20])('is found by the palette as view %i, by its name or its title', (count) => {
    const entries = viewEntries(viewsOf(deskOf(count)), noWords);
    const name = `view${count}`;
    for (const typed of [name, `The ${name}`, `the VIEW${count}`, ` ${name} `, `>${name}`]) {
      expect(findEntries(entries, typed, 7).map((entry) => entry.name)).toContain(name);
    }
    expect(findEntries(entries, '>', 7)).toHaveLength(count);
    const keys = count > 10 ? `Alt Shift ${count % 10}` : `Alt ${count % 10}`;
    expect(entries.at(-1)).toEqual({ name, title: `The ${name}`, keys });
  });

  it('stands behind no camera that a part of its name finds, and in no list of cameras only', () => {
    const entries = viewEntries(viewsOf(deskOf(3)), noWords);
    expect(findEntries(entries, '', 7)).toEqual([]);
    expect(findEntries(entries, '  ', 0)).toEqual([]);
    expect(findEntries(entries, 'view', 1)).toEqual([]);
    expect(findEntries(entries, 'view', 0)).toHaveLength(3);
    expect(findEntries(entries, '> iew2', 1).map(({ name }) => name)).toEqual(['view2']);
  });

  it('has its tab', () => {
    const session = createSessionStore('en', 0);
    session.setState({ everJoined: true });
    session.getInitialState = session.getState;
    const bar = renderToStaticMarkup(
      <DeskKit>
        <DeskTopBar
          session={session}
          desk={createDeskStore('wall', () => undefined)}
          views={viewsOf(deskOf(8))}
          sound={{ open: () => undefined }}
          guide={{ toggle: () => undefined }}
          onFind={() => undefined}
          onLanguage={() => undefined}
          accounts={{ principal: createPrincipalStore(), lock: {} } as never}
        />
      </DeskKit>,
    );
    for (let number = 1; number <= 8; number += 1) expect(bar).toContain(`The view${number}`);
  });

  it('changes no key of the others, also where digits are behind Shift', () => {
    expect(viewAfter(deskOf(8), 3)).toBe('view3');
    expect(viewAfter(deskOf(8), 3, true)).toBe('view3');
  });

  it('is refused where it would have no key, or the name of another', () => {
    expect(() => viewsOf(deskOf(21))).toThrow('number keys for only 20');
    expect(() => viewsOf([viewFeature('board'), viewFeature('board')])).toThrow('same name');
  });
});

describe('the features of the desk', () => {
  it('draw the panels of the last one first', () => {
    const Queue = () => null;
    const Finder = () => null;
    expect(panelsOf([{ panels: { left: Finder } }, {}, { panels: { left: Queue } }]).left).toEqual([
      Queue,
      Finder,
    ]);
  });

  it('join their lines of the key help under one title', () => {
    const helped = (key: string): DeskFeature => ({
      keys: { help: () => [{ title: 'Talk', keys: [{ keys: [key], text: key }] }] },
    });
    const groups = deskKeyHelp([helped('v'), helped('Space')], noWords).filter(
      ({ title }) => title === 'Talk',
    );
    expect(groups.map(({ keys }) => keys.map(({ text }) => text))).toEqual([['Space', 'v']]);
  });

  it('each get the notices they take, in the order of the list', () => {
    const heard: string[] = [];
    const every = Object.keys(notices) as NoticeName[];
    const feature = (name: string): DeskFeature<NoticeName> => ({
      takeNotice: Object.fromEntries(
        every.map((notice) => [notice, () => void heard.push(`${name} ${notice}`)]),
      ) as unknown as NoticeTakers<NoticeName>,
    });
    const route = routeNotices([feature('first'), feature('second')] as const);
    route({ name: 'session:hubStopping', payload: { reason: '' } });
    expect(heard).toEqual(['first session:hubStopping', 'second session:hubStopping']);
  });

  it('do not compile where nobody takes a notice', () => {
    const takesOne: DeskFeature<'wall:screenChanged'> = {
      takeNotice: { 'wall:screenChanged': () => undefined },
    };
    // @ts-expect-error Most notices are taken by nobody here.
    expect(() => routeNotices([takesOne] as const)).not.toThrow();
  });
});
