import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KitchenArt } from './KitchenArt.tsx';
import type { ShowcasePictures } from './pictures.ts';
import type { PublicKitchen } from './showcaseStore.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { minuteText } from './words.ts';

/** One kitchen: its softened picture, or a drawing that says that it is one. */
export function KitchenPicture({
  kitchen,
  number,
  pictures,
  times,
  onPicture,
}: {
  /** Undefined for a drawing. */
  kitchen: PublicKitchen | undefined;
  number: number;
  pictures: ShowcasePictures;
  times: Pick<TimeFormat, 'timeOfDay'>;
  /** Whether its picture is there, in place of the drawing. */
  onPicture?: (isThere: boolean) => void;
}) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [{ isThere, takenAtMs }, setPicture] = useState<{ isThere: boolean; takenAtMs?: number | undefined }>(
    {
      isThere: false,
    },
  );
  const kitchenId = kitchen?.kitchenId;
  useEffect(() => {
    if (kitchenId === undefined || place.current === null) return undefined;
    const stop = pictures.showKitchen(kitchenId, place.current, (isNow, atMs) =>
      setPicture({ isThere: isNow, takenAtMs: atMs }),
    );
    return () => {
      stop();
      setPicture({ isThere: false });
    };
  }, [kitchenId, pictures]);
  useEffect(() => onPicture?.(isThere), [isThere, onPicture]);
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
          {isThere && takenAtMs !== undefined && (
            <> · {t('showcase.takenAt', { time: minuteText(times.timeOfDay(takenAtMs)) })}</>
          )}
        </span>
      </figcaption>
    </figure>
  );
}
