import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MapSettings } from '../../../src-shared/map/map.protocol.ts';
import { readInsetGround, type InsetGround } from './insetDrawing.ts';

/** What insets are drawn from; undefined until it was read. */
export interface InsetState {
  ground: InsetGround | undefined;
  /** Whether the districts are the schematic ones, which the page must say. */
  isSketch: boolean;
}

export type InsetStore = StoreApi<InsetState>;

/** A page that has read nothing yet. */
export function createInsetStore(): InsetStore {
  return createStore<InsetState>(() => ({ ground: undefined, isSketch: true }));
}

/** Reads the ground, before an alert needs it. What cannot be read is tried again at the next joining. */
export async function fillInset(store: InsetStore, districts: MapSettings['districts']): Promise<void> {
  try {
    const ground = await readInsetGround(districts);
    store.setState({ ground, isSketch: districts === undefined });
  } catch {
    // An alert without an inset names its district in words.
  }
}
