import {
  useVirtualizer,
  type PartialKeys,
  type Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/react-virtual';

/** The rows of a long list that can be seen now; the others are not drawn. */
export function useVirtualRows(
  options: PartialKeys<
    VirtualizerOptions<HTMLDivElement, HTMLDivElement>,
    'observeElementRect' | 'observeElementOffset' | 'scrollToFn'
  >,
): Virtualizer<HTMLDivElement, HTMLDivElement> {
  // Its functions answer differently in every drawing; they are called in drawing and in events, and kept nowhere.
  // eslint-disable-next-line react-hooks/incompatible-library
  return useVirtualizer(options);
}
