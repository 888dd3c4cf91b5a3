import { siteTypes, type SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';
import { alertClasses, type AlertClass } from '../../../src-shared/alerts/alertKinds.ts';
import type { SiteCard } from '../../../src-shared/findings/siteCards.ts';
import { mapColours } from './mapColours.ts';
import { siteConditions, siteIconName, type SiteCondition } from './siteMarks.ts';

/** A picture for the map by name; `ratio` is how many of its pixels make one of the map's. */
export interface MapIcon {
  name: string;
  data: ImageData;
  ratio: number;
}

/** Our own simple drawings on a field of 24 by 24: a mortarboard, a bowl, works, columns, a house with a heart. */
const glyphs: Record<SiteType, string> = {
  school_canteen: 'M12 5 22.5 10 12 15 1.5 10ZM6 13v4.2c0 2.4 12 2.4 12 0V13l-6 2.9Z',
  restaurant:
    'M3 11h18c0 4.6-2.4 7.4-5.6 8.4V21H8.6v-1.6C5.4 18.4 3 15.6 3 11ZM9.2 9.6 14.8 2.6l1.5 1L11.5 9.6ZM13.6 9.6 18.8 3.6l1.4 1.1L16.1 9.6Z',
  company_canteen: 'M3 21V9.5l6 3.5V9.5l6 3.5V3h5.5v18ZM6 16v2.5h2.5V16ZM11 16v2.5h2.5V16Z',
  government_canteen:
    'M12 2.5 21.5 8v2h-19V8ZM4.5 11.5h3v6h-3ZM10.5 11.5h3v6h-3ZM16.5 11.5h3v6h-3ZM2.5 19h19v2.5h-19Z',
  care_home: 'M12 2.5 22 11h-3v10H5V11H2ZM12 18.5l4.3-4.3c2-2.3-1.7-4.6-4.3-2-2.6-2.6-6.3-.3-4.3 2Z',
};

/** Width of a site's picture in the map's pixels at scale 1. */
export const siteIconSize = 26;
/** Diameters of clusters by how many sites they hold. */
const clusterSizes = { small: 30, middle: 38, large: 48 } as const;
const badgeSize = 22;
export const siteCardNames = ['yellow', 'red'] as const satisfies readonly SiteCard[];

/** Every picture of the map, drawn for a screen of that scale. */
export function drawIcons(scale: number, ratio: number): MapIcon[] {
  const icon = (name: string, size: number, paint: (pen: CanvasRenderingContext2D) => void): MapIcon => {
    const canvas = sheet(size, scale * ratio);
    paint(canvas.pen);
    return { name, data: canvas.pen.getImageData(0, 0, canvas.pixels, canvas.pixels), ratio };
  };
  return [
    ...siteTypes.flatMap((type) =>
      siteConditions.map((condition) =>
        icon(siteIconName(type, condition), siteIconSize, (pen) => paintSite(pen, type, condition)),
      ),
    ),
    ...Object.entries(clusterSizes).map(([name, size]) =>
      icon(`cluster-${name}`, size, (pen) => paintCluster(pen, size)),
    ),
    ...alertClasses.map((alertClass) =>
      icon(`badge-${alertClass}`, badgeSize, (pen) => paintBadge(pen, alertClass)),
    ),
    ...siteCardNames.map((card) => icon(`card-${card}`, badgeSize, (pen) => paintCard(pen, card))),
  ];
}

/** A picture of a site for a legend, as an address of an image. */
export function siteIconUrl(type: SiteType, condition: SiteCondition): string {
  const { pen, canvas } = sheet(siteIconSize, 2);
  paintSite(pen, type, condition);
  return canvas.toDataURL();
}

/** The shape of a class for a legend, as an address of an image. */
export function badgeUrl(alertClass: AlertClass): string {
  const { pen, canvas } = sheet(badgeSize, 2);
  paintBadge(pen, alertClass);
  return canvas.toDataURL();
}

/** A card for a legend, as an address of an image. */
export function cardUrl(card: SiteCard): string {
  const { pen, canvas } = sheet(badgeSize, 2);
  paintCard(pen, card);
  return canvas.toDataURL();
}

function sheet(size: number, factor: number) {
  const canvas = document.createElement('canvas');
  const pixels = Math.ceil(size * factor);
  canvas.width = pixels;
  canvas.height = pixels;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws no canvas: the map has no pictures');
  pen.scale(pixels / size, pixels / size);
  return { canvas, pen, pixels };
}

function paintSite(pen: CanvasRenderingContext2D, type: SiteType, condition: SiteCondition): void {
  const middle = siteIconSize / 2;
  const isFaint = condition === 'none' || condition === 'down';
  pen.beginPath();
  pen.arc(middle, middle, middle - 1.5, 0, 2 * Math.PI);
  pen.fillStyle = mapColours.plate;
  pen.fill();
  pen.lineWidth = condition === 'down' ? 2 : 1.2;
  pen.strokeStyle =
    condition === 'down'
      ? mapColours.notNormal
      : condition === 'none'
        ? mapColours.plateLineFaint
        : mapColours.plateLine;
  if (condition === 'down') pen.setLineDash([3, 2.2]);
  pen.stroke();
  pen.setLineDash([]);
  pen.save();
  const size = 15;
  pen.translate(middle - size / 2, middle - size / 2);
  pen.scale(size / 24, size / 24);
  pen.fillStyle = isFaint ? mapColours.glyphFaint : mapColours.glyph;
  pen.fill(new Path2D(glyphs[type]), 'evenodd');
  pen.restore();
  if (condition === 'down') {
    pen.beginPath();
    pen.moveTo(6, siteIconSize - 6);
    pen.lineTo(siteIconSize - 6, 6);
    pen.strokeStyle = mapColours.notNormal;
    pen.lineWidth = 2;
    pen.stroke();
  }
  if (condition === 'partly') {
    pen.beginPath();
    pen.arc(siteIconSize - 5.5, siteIconSize - 5.5, 4, 0, 2 * Math.PI);
    pen.fillStyle = mapColours.notNormal;
    pen.fill();
    pen.lineWidth = 1.4;
    pen.strokeStyle = mapColours.halo;
    pen.stroke();
  }
}

function paintCluster(pen: CanvasRenderingContext2D, size: number): void {
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2 - 1.5, 0, 2 * Math.PI);
  pen.fillStyle = `${mapColours.plate}ee`;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = mapColours.plateLine;
  pen.stroke();
}

/** A triangle, a diamond, a disc, as in the queue of alerts: the classes differ without their colours. */
function paintBadge(pen: CanvasRenderingContext2D, alertClass: AlertClass): void {
  const middle = badgeSize / 2;
  pen.beginPath();
  if (alertClass === 3) pen.arc(middle, middle, middle - 2.5, 0, 2 * Math.PI);
  else {
    const corners: [number, number][] =
      alertClass === 1
        ? [
            [middle, 1.5],
            [badgeSize - 1, badgeSize - 2],
            [1, badgeSize - 2],
          ]
        : [
            [middle, 0.8],
            [badgeSize - 0.8, middle],
            [middle, badgeSize - 0.8],
            [0.8, middle],
          ];
    for (const [x, y] of corners) pen.lineTo(x, y);
    pen.closePath();
  }
  pen.lineJoin = 'round';
  pen.lineWidth = 1.6;
  pen.strokeStyle = mapColours.halo;
  pen.fillStyle = mapColours.classes[alertClass];
  pen.fill();
  pen.stroke();
}

/** An upright card as a referee shows it, with one bar or two: the cards differ without their colours. */
function paintCard(pen: CanvasRenderingContext2D, card: SiteCard): void {
  const [width, height] = [13, 18];
  const [left, top] = [(badgeSize - width) / 2, (badgeSize - height) / 2];
  pen.beginPath();
  pen.roundRect(left, top, width, height, 2);
  pen.lineWidth = 1.8;
  pen.strokeStyle = mapColours.halo;
  pen.fillStyle = mapColours.cards[card];
  pen.fill();
  pen.stroke();
  pen.fillStyle = mapColours.onClass;
  const bars = card === 'red' ? [6, 10] : [8];
  for (const bar of bars) pen.fillRect(left + 3, top + bar, width - 6, 2);
}
