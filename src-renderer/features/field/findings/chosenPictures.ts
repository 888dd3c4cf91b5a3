import { useEffect, useRef, useState } from 'react';

/** A picture that was chosen and is not kept yet, with an address under which the page shows it. */
interface ChosenPicture {
  blob: Blob;
  url: string;
}

/** The pictures of a form. Their addresses are given back when they are removed, and when the form goes. */
export function useChosenPictures() {
  const [pictures, setPictures] = useState<readonly ChosenPicture[]>([]);
  const shown = useRef<readonly ChosenPicture[]>([]);
  const set = (next: readonly ChosenPicture[]): void => {
    for (const { url } of shown.current) {
      if (!next.some((one) => one.url === url)) URL.revokeObjectURL(url);
    }
    shown.current = next;
    setPictures(next);
  };
  useEffect(
    () => () => {
      for (const { url } of shown.current) URL.revokeObjectURL(url);
      shown.current = [];
    },
    [],
  );
  return {
    pictures,
    add: (blobs: readonly Blob[]): void =>
      set([...shown.current, ...blobs.map((blob) => ({ blob, url: URL.createObjectURL(blob) }))]),
    remove: (url: string): void => set(shown.current.filter((one) => one.url !== url)),
    clear: (): void => set([]),
  };
}
