/** The parts of a page a held key depends on; stand-ins serve in tests. */
export interface HoldPage {
  window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly hidden: boolean };
}

/** What happens around a page that must count as letting go: another app, a lock, an incoming call, a dead page. */
const windowEnds = ['blur', 'pagehide', 'freeze'] as const;
const pointerEnds = ['pointerup', 'pointercancel'] as const;
/** The keyboard, where a finger or a mouse has its own number. */
const keyboard = -1;

/** One key held by one finger: `press` once, then `letGo` once, whatever ends it. */
export class HoldKey {
  readonly #page: HoldPage;
  readonly #onPress: () => void;
  readonly #onLetGo: () => void;
  #pointerId: number | undefined;

  constructor(page: HoldPage, actions: { press(): void; letGo(): void }) {
    this.#page = page;
    this.#onPress = actions.press;
    this.#onLetGo = actions.letGo;
  }

  get isDown(): boolean {
    return this.#pointerId !== undefined;
  }

  /** Whether it is the keyboard that holds. */
  get isHeldByKeyboard(): boolean {
    return this.#pointerId === keyboard;
  }

  /** A finger, pen or mouse came down on the key, or without a number the keyboard. A second one changes nothing. */
  down(pointerId = keyboard): void {
    if (this.#pointerId !== undefined) return;
    this.#pointerId = pointerId;
    for (const name of windowEnds) this.#page.window.addEventListener(name, this.up);
    for (const name of pointerEnds) this.#page.window.addEventListener(name, this.#pointerUp);
    this.#page.document.addEventListener('visibilitychange', this.#visibilityChanged);
    this.#onPress();
  }

  /** A key went up: what a finger or a mouse holds stays held. */
  readonly keyUp = (): void => {
    if (this.isHeldByKeyboard) this.up();
  };

  /** Lets go, whatever held it. */
  readonly up = (): void => {
    if (this.#pointerId === undefined) return;
    this.#pointerId = undefined;
    for (const name of windowEnds) this.#page.window.removeEventListener(name, this.up);
    for (const name of pointerEnds) this.#page.window.removeEventListener(name, this.#pointerUp);
    this.#page.document.removeEventListener('visibilitychange', this.#visibilityChanged);
    this.#onLetGo();
  };

  readonly #pointerUp = (event: Event): void => {
    if ((event as PointerEvent).pointerId === this.#pointerId) this.up();
  };

  readonly #visibilityChanged = (): void => {
    if (this.#page.document.hidden) this.up();
  };
}
