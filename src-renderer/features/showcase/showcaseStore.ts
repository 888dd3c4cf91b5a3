import { createStore, type StoreApi } from 'zustand/vanilla';
import type { District, SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { ShowcaseView } from '../../../src-shared/showcase/showcase.protocol.ts';

/** A kitchen whose softened picture visitors may see, by the id of its camera. */
export interface PublicKitchen {
  kitchenId: string;
  district: District;
  siteType: SiteType;
}

/** What a visitor explores. */
export const explorePages = ['home', 'districts', 'types', 'kitchen', 'quiz'] as const;
export type ExplorePage = (typeof explorePages)[number];

export interface ShowcaseState {
  /** As the server sent it last; undefined until then, and after the screen was shown out. */
  view: ShowcaseView | undefined;
  /** When it was sent, by the server's clock. */
  takenAtMs: number | undefined;
  /** The curtain as it is known: drawn until the server says otherwise. */
  isCurtainDrawn: boolean;
  /** Kitchens whose softened pictures are shown; without them there are drawings. */
  kitchens: readonly PublicKitchen[];
  /** Undefined while the story goes on. */
  page: ExplorePage | undefined;
}

export type ShowcaseStore = StoreApi<ShowcaseState>;

/** Where a screen remembers that the curtain was drawn, so that it is drawn again before the server answers. */
const curtainKey = 'mingchu.showcase.curtain';
/** That this screen was let in once: afterwards it never says to visitors how a screen is paired. */
const knownKey = 'mingchu.showcase.known';

type Kept = Pick<Storage, 'getItem' | 'setItem'>;

export function createShowcaseStore(): ShowcaseStore {
  return createStore<ShowcaseState>(() => ({
    view: undefined,
    takenAtMs: undefined,
    isCurtainDrawn: true,
    kitchens: [],
    page: undefined,
  }));
}

/** Takes what the server sent. With the curtain everything else is forgotten at once. */
export function takeView(store: ShowcaseStore, view: ShowcaseView, nowMs: number, storage: Kept): void {
  const { isDrawn } = view.curtain;
  storage.setItem(curtainKey, isDrawn ? 'drawn' : 'open');
  storage.setItem(knownKey, 'yes');
  store.setState({
    view,
    takenAtMs: nowMs,
    isCurtainDrawn: isDrawn,
    ...(isDrawn ? { page: undefined, kitchens: [] } : {}),
  });
}

/** The screen may not show anything any more: it forgets what it knew. */
export function shownOut(store: ShowcaseStore): void {
  store.setState({
    view: undefined,
    takenAtMs: undefined,
    isCurtainDrawn: true,
    kitchens: [],
    page: undefined,
  });
}

/** Whether this screen was let in at some time. */
export function wasLetIn(storage: Pick<Storage, 'getItem'>): boolean {
  return storage.getItem(knownKey) === 'yes';
}
