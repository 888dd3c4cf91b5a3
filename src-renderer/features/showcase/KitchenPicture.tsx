import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KitchenArt } from './KitchenArt.tsx';
import type { ShowcasePictures } from './pictures.ts';
import type { PublicKitchen } from './showcaseStore.ts';

/** One kitchen: its softened picture, or a drawing that says that it is one. */
export function KitchenPicture({
  kitchen,
  number,
  pictures,
}: {
  /** Undefined for a drawing. */
  kitchen: PublicKitchen | undefined;
  number: number;
  pictures: ShowcasePictures;
}) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [isThere, setIsThere] = useState(false);
  const kitchenId = kitchen?.kitchenId;
  useEffect(() => {
    if (kitchenId === undefined || place.current === null) return undefined;
    const stop = pictures.showKitchen(kitchenId, place.current, setIsThere);
    return () => {
      stop();
      setIsThere(false);
    };
  }, [kitchenId, pictures]);
  return (
    <figure className="showcase-kitchen" data-live={isThere || undefined}>
      {!isThere && <KitchenArt number={number} />}
      <div ref={place} className="showcase-kitchen-picture" data-drawn={isThere || undefined} />
      <figcaption>
        <span>
          {kitchen === undefined || !isThere
            ? t('showcase.drawing')
            : t('showcase.kitchenOf', {
                type: t(`siteType.${kitchen.siteType}`),
                district: t(`district.${kitchen.district}`),
              })}
        </span>
      </figcaption>
    </figure>
  );
}
