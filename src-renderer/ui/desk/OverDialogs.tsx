import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** The window that is open alone: whatever is outside it can neither be seen over it nor touched. */
export const openDialog = createStore<{ element: HTMLElement | undefined }>(() => ({ element: undefined }));

/** What must be seen and touched whatever is open: while there is a window, it stands in that. */
export function OverDialogs({ children }: { children: ReactNode }) {
  const element = useStore(openDialog, (state) => state.element);
  return element === undefined ? children : createPortal(children, element);
}
