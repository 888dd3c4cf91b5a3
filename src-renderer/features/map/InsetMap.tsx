import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import { drawInset, insetShape, placeInInset, type InsetGround } from './insetDrawing.ts';
import type { InsetStore } from './insetStore.ts';
import './insetMap.css';

export interface InsetMapProps {
  store: InsetStore;
  /** What it shows, in WGS-84 degrees. */
  place: { longitude: number; latitude: number; district: District };
}

/** The place of something in the city: a still picture with a mark. Nothing until the picture can be drawn. */
export function InsetMap({ store, place }: InsetMapProps) {
  const { t } = useTranslation();
  const ground = useStore(store, (state) => state.ground);
  const isSketch = useStore(store, (state) => state.isSketch);
  if (ground === undefined) return null;
  const { longitude, latitude, district } = place;
  const { x, y } = placeInInset([longitude, latitude]);
  const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  return (
    <figure
      className="inset-map"
      style={{ aspectRatio: insetShape }}
      role="img"
      aria-label={t('map.insetOf', { district: t(`district.${district}`) })}
    >
      <Ground ground={ground} district={district} markX={x} markY={y} />
      {isInside && (
        <span className="inset-mark" style={{ left: `${x * 100}%`, top: `${y * 100}%` }}>
          <span className="inset-ring" />
        </span>
      )}
      <figcaption>
        {t(`district.${district}`)}
        {isSketch && <span> · {t('map.insetSketch')}</span>}
      </figcaption>
    </figure>
  );
}

interface GroundProps {
  ground: InsetGround;
  district: District;
  markX: number;
  markY: number;
}

function Ground({ ground, district, markX, markY }: GroundProps) {
  const { i18n } = useTranslation();
  const { language } = i18n;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0, text: 0 });

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize({ width, height, text: Number.parseFloat(getComputedStyle(element).fontSize) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (canvas.current === null || size.width === 0) return;
    const ratio = window.devicePixelRatio;
    drawInset(canvas.current, ground, {
      widthPx: Math.round(size.width * ratio),
      heightPx: Math.round(size.height * ratio),
      textPx: size.text * ratio,
      district,
      mark: { x: markX, y: markY },
      language,
    });
  }, [ground, district, markX, markY, language, size]);

  return <canvas ref={canvas} />;
}
