import { smooth } from './lines.mjs';

/**
 * A sketch of the six districts, drawn by hand around their towns: it says which lies where and no more. It follows no
 * surveyed boundary and was traced from none. Each line is drawn once and shared by both its sides, so that neighbours
 * meet without gaps; the words at its ends are the corners where three meet.
 */
const corners = {
  yangtzeWest: [113.71, 29.845],
  yangtzeEast: [114.2, 30.05],
  westLake: [114.1, 29.87],
  easternRim: [114.56, 29.76],
  middle: [114.28, 29.68],
  luWater: [114.14, 29.7],
  southernRim: [114.36, 29.4],
  southWest: [114.05, 29.24],
  juanWater: [113.8, 29.4],
  westernRim: [113.76, 29.51],
};

/** Lines by name: from a corner over some points to another corner. */
const lines = {
  yangtze: [
    'yangtzeWest',
    [113.74, 29.92],
    [113.84, 29.985],
    [113.865, 30.06],
    [113.9, 30.15],
    [113.98, 30.22],
    [114.06, 30.17],
    [114.1, 30.1],
    [114.16, 30.06],
    'yangtzeEast',
  ],
  jiayuXianan: ['yangtzeEast', [114.15, 29.98], [114.13, 29.92], 'westLake'],
  jiayuChibi: [
    'westLake',
    [114.03, 29.855],
    [113.95, 29.85],
    [113.87, 29.84],
    [113.79, 29.835],
    'yangtzeWest',
  ],
  xiananRim: [
    'yangtzeEast',
    [114.28, 30.06],
    [114.37, 30.09],
    [114.45, 30.07],
    [114.52, 30.02],
    [114.6, 29.98],
    [114.64, 29.93],
    [114.61, 29.87],
    [114.55, 29.82],
    'easternRim',
  ],
  xiananTongshan: ['easternRim', [114.5, 29.71], [114.43, 29.68], [114.36, 29.685], 'middle'],
  xiananChongyang: ['middle', [114.21, 29.69], 'luWater'],
  xiananChibi: ['luWater', [114.13, 29.76], [114.12, 29.82], 'westLake'],
  tongshanRim: [
    'easternRim',
    [114.64, 29.74],
    [114.73, 29.73],
    [114.82, 29.68],
    [114.87, 29.6],
    [114.86, 29.52],
    [114.8, 29.46],
    [114.73, 29.4],
    [114.65, 29.36],
    [114.57, 29.36],
    [114.49, 29.38],
    [114.42, 29.39],
    'southernRim',
  ],
  tongshanChongyang: ['southernRim', [114.34, 29.47], [114.31, 29.54], [114.3, 29.61], 'middle'],
  chongyangRim: [
    'southernRim',
    [114.27, 29.36],
    [114.19, 29.32],
    [114.12, 29.3],
    [114.06, 29.27],
    'southWest',
  ],
  chongyangTongcheng: ['southWest', [113.99, 29.3], [113.94, 29.35], [113.87, 29.38], 'juanWater'],
  chongyangWest: ['juanWater', [113.77, 29.46], 'westernRim'],
  chongyangChibi: [
    'westernRim',
    [113.84, 29.56],
    [113.92, 29.6],
    [113.98, 29.63],
    [114.06, 29.66],
    'luWater',
  ],
  tongchengRim: [
    'juanWater',
    [113.73, 29.37],
    [113.68, 29.32],
    [113.65, 29.25],
    [113.67, 29.17],
    [113.72, 29.1],
    [113.8, 29.06],
    [113.88, 29.03],
    [113.96, 29.05],
    [114.03, 29.09],
    [114.07, 29.16],
    'southWest',
  ],
  chibiRim: [
    'westernRim',
    [113.7, 29.53],
    [113.66, 29.59],
    [113.64, 29.66],
    [113.62, 29.73],
    [113.63, 29.8],
    'yangtzeWest',
  ],
};

/** The districts: where its name stands, and the lines around it, those drawn the other way with a minus before. */
const districts = {
  咸安区: {
    label: [114.4, 29.895],
    ring: ['xiananRim', 'xiananTongshan', 'xiananChongyang', 'xiananChibi', '-jiayuXianan'],
  },
  嘉鱼县: { label: [113.965, 30.055], ring: ['yangtze', 'jiayuXianan', 'jiayuChibi'] },
  通城县: { label: [113.86, 29.165], ring: ['tongchengRim', 'chongyangTongcheng'] },
  崇阳县: {
    label: [114.08, 29.47],
    ring: [
      'chongyangRim',
      'chongyangTongcheng',
      'chongyangWest',
      'chongyangChibi',
      '-xiananChongyang',
      '-tongshanChongyang',
    ],
  },
  通山县: { label: [114.6, 29.545], ring: ['tongshanRim', 'tongshanChongyang', '-xiananTongshan'] },
  赤壁市: { label: [113.87, 29.66], ring: ['chibiRim', '-jiayuChibi', '-xiananChibi', '-chongyangChibi'] },
};

/** The sketch as GeoJSON (WGS-84): a polygon for each district, with the point of its label. */
export function districtSketch() {
  const drawn = new Map(
    Object.entries(lines).map(([name, points]) => [
      name,
      smooth(
        points.map((point) => (typeof point === 'string' ? corners[point] : point)),
        3,
      ),
    ]),
  );
  const features = Object.entries(districts).map(([district, { label, ring }]) => {
    const points = [];
    for (const side of ring) {
      const line = drawn.get(side.replace('-', ''));
      const walked = side.startsWith('-') ? [...line].reverse() : line;
      const at = points.at(-1);
      if (at !== undefined && (at[0] !== walked[0][0] || at[1] !== walked[0][1])) {
        throw new Error(`${district}: ${side} does not begin where the line before it ends`);
      }
      points.push(...(at === undefined ? walked : walked.slice(1)));
    }
    return {
      type: 'Feature',
      properties: { district, labelLongitude: label[0], labelLatitude: label[1] },
      geometry: { type: 'Polygon', coordinates: [points] },
    };
  });
  return { type: 'FeatureCollection', features };
}
