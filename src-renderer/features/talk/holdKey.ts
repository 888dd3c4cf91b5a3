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
  document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly hidden: boolean };
}

type PointerPlace = Pick<PointerEvent, 'pointerId'> & Partial<Pick<PointerEvent, 'clientX' | 'clientY'>>;
type KeyPress = Pick<KeyboardEvent, 'code' | 'key' | 'repeat'>;

/** What happens around a page that must count as letting go: another app, a lock, an incoming call, a dead page. */
const windowEnds = ['blur', 'pagehide', 'freeze'] as const;
const pointerEnds = ['pointerup', 'pointercancel', 'lostpointercapture'] as const;
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
  #downAt: PointerPlace | undefined;
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

  /** A finger, pen or mouse came down on the key. A second one changes nothing. */
  readonly pointerDown = (event: PointerPlace): void => {
    const { pointerId } = event;
    if (!this.isDown) this.#downAt = event;
    this.#take({ type: 'pressed', by: { kind: 'pointer', pointerId } });
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
   * what it repeats was let go.
   */
  readonly keyDown = (event: KeyPress, priority: PressPriority = 'normal'): void => {
    if (event.repeat) return;
    const code = codeOf(event);
    this.#take({ type: 'pressed', by: { kind: 'key', code }, priority });
    if (this.isHeldByKeyboard) this.#downCode = code;
  };

  /** Lets go, whatever held it: the key is taken off the page. */
  readonly up = (): void => this.#take({ type: 'left' });

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
    window.addEventListener('pointermove', this.#pointerMoved, true);
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
    window.removeEventListener('pointermove', this.#pointerMoved, true);
    window.removeEventListener('keydown', this.#keyDown, true);
    document.removeEventListener('visibilitychange', this.#visibilityChanged);
    if (this.#downCode === undefined) window.removeEventListener('keyup', this.#keyUp, true);
    clearInterval(this.#timer);
  }

  readonly #left = (): void => this.#take({ type: 'left' });

  readonly #pointerEnded = (event: Event): void => {
    this.#take({ type: 'pointerEnded', pointerId: (event as PointerEvent).pointerId });
  };

  readonly #pointerDown = (event: Event): void => {
    this.#take({ type: 'pointerDown', pointerId: (event as PointerEvent).pointerId });
  };

  readonly #pointerMoved = (event: Event): void => {
    const { pointerId, buttons } = event as PointerEvent;
    this.#take({ type: 'pointerMoved', pointerId, hasButton: buttons !== 0 });
  };

  readonly #keyDown = (event: Event): void => {
    const { repeat } = event as KeyboardEvent;
    this.#take({ type: 'keyDown', code: codeOf(event as KeyboardEvent), isRepeat: repeat });
  };

  readonly #keyUp = (event: Event): void => {
    const code = codeOf(event as KeyboardEvent);
    if (code === this.#downCode) {
      // Without this a button that has the focus would be pressed by letting go.
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
    const stoodStill = this.#guard?.look(performance.now()) !== 0;
    this.#take({ type: 'ticked', stoodStill });
  };
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
