import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { District, SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';
import { showcaseViewSchema, type ShowcaseView } from '../../../src-shared/showcase/showcase.protocol.ts';

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
  /** Whether it is what this screen kept of its last run: the server has not answered yet. */
  isKept: boolean;
  /** The curtain as it is known: drawn until the server says otherwise. */
  isCurtainDrawn: boolean;
  /** Kitchens whose softened pictures are shown; without them there are drawings. */
  kitchens: readonly PublicKitchen[];
  /** Undefined while the story goes on. */
  page: ExplorePage | undefined;
}

export type ShowcaseStore = StoreApi<ShowcaseState>;

/** The story as it was sent last, for a screen that starts while the server is away; nothing while the curtain is drawn. */
const storyKey = 'mingchu.showcase.story';
/** That this screen was let in once: afterwards it never says to visitors how a screen is paired. */
const knownKey = 'mingchu.showcase.known';

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const storySchema = z.object({
  view: showcaseViewSchema.omit({ releasedCase: true }),
  takenAtMs: z.number(),
});

export function createShowcaseStore(): ShowcaseStore {
  return createStore<ShowcaseState>(() => ({
    view: undefined,
    takenAtMs: undefined,
    isKept: false,
    isCurtainDrawn: true,
    kitchens: [],
    page: undefined,
  }));
}

/** Takes what the server sent. With the curtain everything else is forgotten at once. */
export function takeView(store: ShowcaseStore, view: ShowcaseView, nowMs: number, storage: Kept): void {
  const { isDrawn } = view.curtain;
  storage.setItem(knownKey, 'yes');
  if (isDrawn) storage.removeItem(storyKey);
  else {
    // What is released belongs to its moment, and is not kept.
    const { releasedCase: _moment, ...story } = view;
    storage.setItem(storyKey, JSON.stringify({ view: story, takenAtMs: nowMs }));
  }
  store.setState({
    view,
    takenAtMs: nowMs,
    isKept: false,
    isCurtainDrawn: isDrawn,
    ...(isDrawn ? { page: undefined, kitchens: [] } : {}),
  });
}

/** The screen may not show anything any more: it forgets what it knew. */
export function shownOut(store: ShowcaseStore, storage: Pick<Storage, 'removeItem'>): void {
  storage.removeItem(storyKey);
  store.setState({
    view: undefined,
    takenAtMs: undefined,
    isKept: false,
    isCurtainDrawn: true,
    kitchens: [],
    page: undefined,
  });
}

/** Shows the story that was kept, where the server has said nothing yet; what cannot be read is not shown. */
export function showKept(store: ShowcaseStore, storage: Pick<Storage, 'getItem'>): void {
  if (store.getState().view !== undefined) return;
  const read = storySchema.safeParse(parsed(storage.getItem(storyKey) ?? ''));
  if (!read.success || read.data.view.curtain.isDrawn) return;
  store.setState({ ...read.data, isKept: true, isCurtainDrawn: false });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether this screen was let in at some time. */
export function wasLetIn(storage: Pick<Storage, 'getItem'>): boolean {
  return storage.getItem(knownKey) === 'yes';
}
