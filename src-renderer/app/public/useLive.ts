import { useEffect, useState } from 'react';

/**
 * Where a live picture is to be received, once for each time that the page comes into sight: the path of the first offer of a place, which
 * stays while the picture is received. A phone that had no luck does not ask again.
 */
export function useLive(offered: string | undefined): { path: string | undefined; over: () => void } {
  const [path, setPath] = useState<string>();
  const [isOver, setIsOver] = useState(false);
  const [isSeen, setIsSeen] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const follow = (): void => {
      const isVisible = document.visibilityState === 'visible';
      setIsSeen(isVisible);
      setPath(undefined);
      if (isVisible) setIsOver(false);
    };
    document.addEventListener('visibilitychange', follow);
    return () => document.removeEventListener('visibilitychange', follow);
  }, []);
  if (path === undefined && offered !== undefined && isSeen && !isOver) setPath(offered);
  return {
    path,
    over() {
      setIsOver(true);
      setPath(undefined);
    },
  };
}
