/** Events that do nothing on the glass: menus, selections, drags, drops, zooming, history keys, printing, pasting. */
const forbidden = [
  'contextmenu',
  'selectstart',
  'dragstart',
  // Where what is under a finger changes meanwhile, this alone says that nothing may be dropped here.
  'dragenter',
  'dragover',
  'drop',
  'auxclick',
  'dblclick',
  'gesturestart',
  'gesturechange',
  'copy',
  'cut',
  'paste',
  'keydown',
  'keypress',
  'keyup',
  'beforeinput',
  'wheel',
  'touchmove',
] as const;

/** Mouse buttons beside the first one: they paste, open menus and turn back in the history. */
const otherButtons = ['mousedown', 'mouseup', 'pointerdown', 'pointerup'] as const;

/** Keys by which somebody who cannot touch the glass moves between its controls and presses them. */
const letThrough = new Set(['Tab', 'Enter', ' ']);

/**
 * Keeps visitors on the page: nothing that a finger, a mouse or a keyboard does has an effect but a press of a control of the page.
 */
export function guardGlass({
  target,
  history,
  location,
}: {
  target: Pick<EventTarget, 'addEventListener'>;
  history: Pick<History, 'pushState'>;
  location: Pick<Location, 'href'>;
}): void {
  const stop = (event: Event): void => {
    if (event.cancelable) event.preventDefault();
  };
  const stopKey = (event: Event): void => {
    const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
    if (ctrlKey || metaKey || altKey || !letThrough.has(key)) stop(event);
  };
  for (const name of forbidden) {
    const listener = name.startsWith('key') ? stopKey : stop;
    target.addEventListener(name, listener, { capture: true, passive: false });
  }
  for (const name of otherButtons) {
    target.addEventListener(
      name,
      (event) => {
        if ((event as MouseEvent).button > 0) stop(event);
      },
      { capture: true, passive: false },
    );
  }
  // Whatever turns back in the history arrives on this page again.
  history.pushState(null, '', location.href);
  target.addEventListener('popstate', () => history.pushState(null, '', location.href));
}
