import { createStallGuard, type StallGuard } from '../../../src-shared/time/stallGuard.ts';
import {
  nothingHeld,
  transitionHold,
  type HoldEvent,
  type HoldState,
  type PressPriority,
} from './holdMachine.ts';

/** The parts of a page a held key depends on; stand-ins serve in tests. */
export interface HoldPage {
  window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & {
    readonly hidden: boolean;
    hasFocus?(): boolean;
  };
}

type PointerPlace = Pick<PointerEvent, 'pointerId'> & Partial<Pick<PointerEvent, 'clientX' | 'clientY'>>;
type PointerPress = PointerPlace &
  Partial<Pick<PointerEvent, 'pointerType' | 'button'>> & { readonly currentTarget?: HeldElement };
/** The element that is held. */
type HeldElement = Pick<Element, 'setPointerCapture' | 'getBoundingClientRect'>;
/** Where it is, in the window's pixels. */
type Area = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;
type KeyPress = Pick<KeyboardEvent, 'code' | 'key' | 'repeat'>;

/** What happens around a page that must count as a release: another app, a lock, an incoming call, a dead page. */
const windowEnds = ['blur', 'pagehide', 'freeze'] as const;
const pointerEnds = ['pointerup', 'pointercancel', 'lostpointercapture'] as const;
/** Events that say which buttons are down: the first of them after a release that was not heard ends the press. */
const pointerSights = ['pointermove', 'pointerover'] as const;
const mouseSights = ['mousemove', 'mouseover', 'mouseup', 'wheel'] as const;
const touchSights = ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const;
/** A menu or a drag takes the pointer away; not when the page has prevented it, as the key does. */
const takers = ['contextmenu', 'dragstart'] as const;
/** `PointerEvent.buttons`: the left mouse button, or the touch of a finger or pen. */
const mainButton = 1;
/** How often a held key of a keyboard is checked. Milliseconds. */
const tickMs = 250;
/** A mouse that is held moves a little. */
const stillPixels = 8;

/**
 * The one owner of a key that works while it is held, by a finger, a mouse or the keyboard: `press` once, then `letGo` once,
 * whatever ends it. While it is held, it hears everything on the page before anybody else does.
 */
export class HoldKey {
  readonly #page: HoldPage;
  readonly #onPress: (priority: PressPriority) => void;
  readonly #onLetGo: (isUnproven: boolean) => void;
  #state: HoldState = nothingHeld;
  #downAt: (PointerPlace & { target: HeldElement | undefined; area: Area | undefined }) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #guard: StallGuard | undefined;
  /** A key that is down still, though it holds nothing any more: what has the focus must not be pressed by it. */
  #downCode: string | undefined;

  constructor(
    page: HoldPage,
    actions: {
      press(priority: PressPriority): void;
      /** `isUnproven`: the keyboard stopped saying that the key is down, and did not say that it went up. */
      letGo(isUnproven: boolean): void;
    },
  ) {
    this.#page = page;
    this.#onPress = actions.press;
    this.#onLetGo = actions.letGo;
  }

  get isDown(): boolean {
    return this.#state.holder !== undefined;
  }

  /** Whether it is the keyboard that holds. */
  get isHeldByKeyboard(): boolean {
    return this.#state.holder?.kind === 'key';
  }

  /** Whether it was switched on, and nobody holds it. */
  get isToggled(): boolean {
    return this.#state.holder?.kind === 'toggle';
  }

  /** A finger, pen or mouse came down on the key; `priority` belongs to this press alone. A second one changes nothing. */
  readonly pointerDown = (event: PointerPress, priority: PressPriority = 'normal'): void => {
    const { pointerId, pointerType = '', clientX, clientY, button = 0, currentTarget: target } = event;
    // The other buttons of a mouse open menus or turn pages back.
    if (button !== 0) return;
    if (!this.isDown) {
      const area = target?.getBoundingClientRect();
      this.#downAt = {
        pointerId,
        ...(clientX === undefined || clientY === undefined ? {} : { clientX, clientY }),
        target,
        area,
      };
      // From now on the browser says here whatever this pointer does, also outside of the window.
      if (target !== undefined) capture(target, pointerId);
    }
    this.#take({ type: 'pressed', by: { kind: 'pointer', pointerId, pointerType }, priority });
  };

  /** A finger, pen or mouse is not over the key any more. */
  readonly pointerLeft = (event: PointerPlace): void => {
    const { pointerId } = event;
    // The key moved away under a mouse that stands still, as when an SOS appears above it.
    if (pointerId === this.#downAt?.pointerId && pixels(this.#downAt, event) < stillPixels) return;
    this.#take({ type: 'pointerEnded', pointerId });
  };

  /**
   * A key of the keyboard that stands for this key is down; `priority` belongs to this press alone. A repeat opens nothing:
   * what it repeats was released.
   */
  readonly keyDown = (event: KeyPress, priority: PressPriority = 'normal'): void => {
    if (event.repeat) return;
    const code = codeOf(event);
    this.#take({ type: 'pressed', by: { kind: 'key', code }, priority });
    if (this.isHeldByKeyboard) this.#downCode = code;
  };

  /** A foot switch or a button of a gamepad went down. */
  readonly padDown = (buttonId: string): void => {
    // A page behind another one would hear nothing of what ends the press.
    if (this.#page.document.hidden || this.#page.document.hasFocus?.() === false) return;
    this.#take({ type: 'pressed', by: { kind: 'pad', buttonId } });
  };

  /** It went up, or its pad was unplugged. */
  readonly padUp = (buttonId: string): void => this.#take({ type: 'padEnded', buttonId });

  /** A key of the whole machine was pressed: it begins to hold, or ends what it holds. It ends nothing that somebody else holds. */
  readonly toggle = (): void => {
    if (!this.isDown || this.isToggled) this.#take({ type: 'pressed', by: { kind: 'toggle' } });
  };

  /** Releases the key, whatever held it: the key is taken off the page. */
  readonly up = (): void => this.#take({ type: 'left', isGone: true });

  #take(event: HoldEvent): void {
    const { state, effect, isUnproven = false } = transitionHold(this.#state, event, performance.now());
    this.#state = state;
    if (effect === 'press') {
      this.#listen();
      this.#onPress(event.type === 'pressed' ? (event.priority ?? 'normal') : 'normal');
    } else if (effect === 'letGo') {
      this.#stopListening();
      this.#onLetGo(isUnproven);
    }
  }

  #listen(): void {
    const { window, document } = this.#page;
    for (const name of windowEnds) window.addEventListener(name, this.#left);
    for (const name of pointerEnds) window.addEventListener(name, this.#pointerEnded, true);
    window.addEventListener('pointerdown', this.#pointerDown, true);
    window.addEventListener('pointerout', this.#pointerOut, true);
    for (const name of pointerSights) window.addEventListener(name, this.#pointerSeen, true);
    for (const name of mouseSights) window.addEventListener(name, this.#mouseSeen, true);
    for (const name of touchSights) window.addEventListener(name, this.#touchSeen, true);
    for (const name of takers) window.addEventListener(name, this.#taken);
    window.addEventListener('keydown', this.#keyDown, true);
    // It stays until the key is up, which may be later than the end.
    window.addEventListener('keyup', this.#keyUp, true);
    document.addEventListener('visibilitychange', this.#visibilityChanged);
    this.#guard = createStallGuard(tickMs, performance.now());
    this.#timer = setInterval(this.#tick, tickMs);
  }

  #stopListening(): void {
    const { window, document } = this.#page;
    for (const name of windowEnds) window.removeEventListener(name, this.#left);
    for (const name of pointerEnds) window.removeEventListener(name, this.#pointerEnded, true);
    window.removeEventListener('pointerdown', this.#pointerDown, true);
    window.removeEventListener('pointerout', this.#pointerOut, true);
    for (const name of pointerSights) window.removeEventListener(name, this.#pointerSeen, true);
    for (const name of mouseSights) window.removeEventListener(name, this.#mouseSeen, true);
    for (const name of touchSights) window.removeEventListener(name, this.#touchSeen, true);
    for (const name of takers) window.removeEventListener(name, this.#taken);
    window.removeEventListener('keydown', this.#keyDown, true);
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    if (this.#downCode === undefined) window.removeEventListener('keyup', this.#keyUp, true);
    clearInterval(this.#timer);
  }

  readonly #left = (event: Event): void =>
    this.#take({ type: 'left', isGone: event.type === 'pagehide' || event.type === 'freeze' });

  readonly #pointerEnded = (event: Event): void => {
    this.#take({ type: 'pointerEnded', pointerId: (event as PointerEvent).pointerId });
  };

  readonly #pointerDown = (event: Event): void => {
    const { pointerId, pointerType = '' } = event as PointerEvent;
    this.#take({ type: 'pointerDown', pointerId, pointerType });
  };

  readonly #pointerSeen = (event: Event): void => {
    const pointer = event as PointerEvent;
    const { pointerId, pointerType = '', buttons } = pointer;
    this.#take({ type: 'pointerSeen', pointerId, pointerType, isDown: (buttons & mainButton) !== 0 });
    // A finger rolls over the edge of the key; a mouse that is moved away from it releases it.
    if (pointerType !== 'touch' && this.#isOutside(pointer)) this.pointerLeft(pointer);
  };

  /** The pointer left the page for nowhere: the window's frame, another window. */
  readonly #pointerOut = (event: Event): void => {
    const pointer = event as PointerEvent;
    const isKnown = pointer.pointerType === 'mouse' || pointer.pointerType === 'pen';
    if (isKnown && pointer.relatedTarget === null) this.pointerLeft(pointer);
  };

  readonly #mouseSeen = (event: Event): void => {
    const isDown = ((event as MouseEvent).buttons & mainButton) !== 0;
    this.#take({ type: 'pointerSeen', pointerId: undefined, pointerType: 'mouse', isDown });
  };

  readonly #touchSeen = (event: Event): void => {
    if ((event as TouchEvent).touches.length === 0) this.#take({ type: 'touchesEnded' });
  };

  readonly #taken = (event: Event): void => {
    if (!event.defaultPrevented) this.#take({ type: 'left' });
  };

  /** Whether the pointer is neither where the key was when it came down nor where it is now. */
  #isOutside({ pointerId, clientX, clientY }: PointerEvent): boolean {
    const { target, area } = this.#downAt ?? {};
    if (target === undefined || area === undefined || pointerId !== this.#downAt?.pointerId) return false;
    return [area, target.getBoundingClientRect()].every(
      ({ left, right, top, bottom }) =>
        clientX < left || clientX > right || clientY < top || clientY > bottom,
    );
  }

  readonly #keyDown = (event: Event): void => {
    const { repeat } = event as KeyboardEvent;
    this.#take({ type: 'keyDown', code: codeOf(event as KeyboardEvent), isRepeat: repeat });
  };

  readonly #keyUp = (event: Event): void => {
    const code = codeOf(event as KeyboardEvent);
    if (code === this.#downCode) {
      // Without this a button that has the focus would be pressed when the key goes up.
      event.preventDefault();
      this.#downCode = undefined;
      this.#page.window.removeEventListener('keyup', this.#keyUp, true);
    }
    this.#take({ type: 'keyUp', code });
  };

  readonly #visibilityChanged = (): void => {
    if (this.#page.document.hidden) this.#take({ type: 'left' });
  };

  readonly #tick = (): void => {
    // Some dialogs of the browser take the page's focus without an event.
    if (this.#page.document.hasFocus?.() === false) return this.#take({ type: 'left' });
    const stoodStill = this.#guard?.look(performance.now()) !== 0;
    this.#take({ type: 'ticked', stoodStill });
  };
}

function capture(target: HeldElement, pointerId: number): void {
  try {
    target.setPointerCapture(pointerId);
  } catch {
    // The pointer is up already, or it is a script's: then its going up is heard by the window alone.
  }
}

/** Keyboards on screens know no places, only letters. */
function codeOf({ code, key }: Pick<KeyboardEvent, 'code' | 'key'>): string {
  return code === '' ? key : code;
}

/** How far a pointer moved; infinitely far where it is not known. */
function pixels(from: PointerPlace, to: PointerPlace): number {
  const { clientX: x, clientY: y } = from;
  if (x === undefined || y === undefined) return Infinity;
  return Math.hypot((to.clientX ?? Infinity) - x, (to.clientY ?? Infinity) - y);
}
