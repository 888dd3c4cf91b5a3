/** How a browser ended by itself. */
export interface BrowserEnd {
  /** `closed`: by its user. `profileInUse`: another browser has this profile open, and this one never came up. */
  kind: 'closed' | 'profileInUse' | 'died';
  /** For the log, with the end of what it wrote to stderr. */
  how: string;
  lastWords: string;
}

export interface BrowserProcessEvents {
  /** Its page is there and can be loaded. */
  onOpen(): void;
  /** The page's address did not load. */
  onLoadFailed(): void;
  /** What ran the page is gone; the browser itself lives. */
  onPageCrashed(): void;
  /** A page is loaded, by whoever asked for it. */
  onLoading(): void;
  /** The page waits for its user, as in a dialog of the browser. */
  onDialog(): void;
  /** Whoever had the shell's own pages open wants the surface back. */
  onSurfaceWanted(): void;
  /** Not called after `stop`. */
  onEnded(end: BrowserEnd): void;
}
