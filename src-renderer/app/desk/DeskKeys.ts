import { isComposed, keyOf } from '../../ui/keys.ts';
import { escapeLayers, type AnyDeskFeature, type EscapeLayer, type PressedKey } from './deskFeature.ts';
import { isChoice, isField, leaveFocus } from './deskFocus.ts';
import type { DeskStore } from './DeskState.ts';
import { viewOfKey, viewsOf } from './deskViews.ts';

/**
 * Listens to the keys of the whole desk and gives each to the features, from the last in the list to the first. A key typed
 * into a field is the field's, except for combinations such as Ctrl+K; while a window is open, keys are the window's.
 */
export function listenToDeskKeys(
  desk: DeskStore,
  features: readonly AnyDeskFeature[],
  {
    target = window,
    isLocked = () => false,
  }: {
    target?: Pick<Window, 'addEventListener'>;
    /** While the desk is locked, only the keys of features that go on then work. */
    isLocked?(): boolean;
  } = {},
): void {
  const views = viewsOf(features);
  const keys = features.flatMap((feature) => feature.keys ?? []).toReversed();

  const handled = (event: KeyboardEvent): boolean => {
    if (isLocked())
      return keys.some(({ whileLocked, first }) => whileLocked === true && first?.(event) === true);
    if (keys.some(({ first }) => first?.(event) === true)) return true;
    const key = keyOf(event);
    if (key === undefined) return false;
    const pressed: PressedKey = { key, event };
    const isWithControl = event.ctrlKey || event.metaKey;
    if (isWithControl && keys.some(({ withControl }) => withControl?.(pressed) === true)) return true;
    if (desk.getState().keysShown || keys.some(({ isWindowOpen }) => isWindowOpen?.() === true)) return false;
    const isPlain = !isWithControl && !event.altKey;
    if (isPlain && keys.some(({ underway }) => underway?.(pressed) === true)) return true;
    if (document.querySelector('[role="dialog"], dialog[open]') !== null) return false;
    const view = viewOfKey(event, views);
    if (view !== undefined) {
      desk.show(view.name);
      return true;
    }
    if (key === 'Escape') return escapeLayers.some((layer) => isPutAway(layer));
    if (!isPlain || isField(event.target)) return false;
    // Radio buttons and boxes need only the keys that change them: letters are the desk's.
    if (isChoice(event.target) && !/^[a-z/?[\]]$/.test(key)) return false;
    // Enter on a button presses that button.
    if (
      key === 'Enter' &&
      event.target instanceof HTMLButtonElement &&
      !event.target.matches('.alert-row[aria-current="true"]')
    )
      return false;
    if (keys.some(({ plain }) => plain?.(key) === true)) return true;
    if (key !== '?') return false;
    desk.setState({ keysShown: true });
    return true;
  };

  const isPutAway = (layer: EscapeLayer): boolean => {
    if (layer !== 'field') return keys.some(({ escape }) => escape?.[layer]?.() === true);
    if (!isField(document.activeElement)) return false;
    leaveFocus();
    return true;
  };

  target.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isComposed(event)) return;
    if (handled(event)) event.preventDefault();
  });
}
