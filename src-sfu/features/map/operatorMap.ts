import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { MapFaultCode } from '../../../src-shared/map/city.ts';
import { coordinateSystems, type MapSettings } from '../../../src-shared/map/map.protocol.ts';
import { readDistricts } from './districtFile.ts';
import { readHandWrittenJson } from '../../base/handWritten.ts';
import { faultOfRead, MapFault } from './mapFault.ts';
import { checkLayers, pmtilesHeaderBytes, readPmtilesHeader, type PmtilesHeader } from './pmtilesHeader.ts';

/** The operator's map files in the hub's data folder, after they were checked. */
export interface OperatorMap {
  settings: MapSettings;
  /** The archive's path, when there is a usable one. */
  basemapPath: string | undefined;
  /** The districts in WGS-84 as GeoJSON text, when there are usable ones. */
  districts: string | undefined;
}

/** Where surfaces get the files. */
export const basemapAddress = '/map/basemap.pmtiles';
export const districtsAddress = '/map/districts.geojson';

const largestDistrictsBytes = 32 * 1024 * 1024;
const largestMetadataBytes = 8 * 1024 * 1024;
const fileName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => basename(name) === name && name !== '..' && !name.includes('\\'), {
    message: 'must be the name of a file that lies beside map.json',
  });
const coordinateSystem = z.enum(coordinateSystems, {
  message: `must say the system the file was made in: ${coordinateSystems.join(', ')}`,
});
const attribution = z.string().trim().max(200).default('');
const declarationSchema = z.strictObject({
  basemap: z.strictObject({ file: fileName, coordinateSystem, attribution }).optional(),
  districts: z
    .strictObject({
      file: fileName,
      coordinateSystem,
      attribution,
      nameProperty: z.string().min(1).default('name'),
    })
    .optional(),
});
type Declaration = z.output<typeof declarationSchema>;

/**
 * Reads `folder` (the data folder's `map`). A fault in it does not keep the hub from starting: unusable files are reported
 * in `problems`, and surfaces show the offline map.
 */
export async function readOperatorMap(folder: string): Promise<OperatorMap> {
  const problems: string[] = [];
  const faults: NonNullable<MapSettings['faults']> = [];
  const attempt = async <T>(what: string, file: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      const problem = `${what} ${sentenceOf(error)}`;
      problems.push(problem);
      faults.push({ ...faultOf(error, file), problem });
      return undefined;
    }
  };
  const declaration = await attempt(`${join(folder, 'map.json')}`, 'map.json', () => readDeclaration(folder));
  const { basemap, districts } = declaration ?? {};
  const header =
    basemap &&
    (await attempt(`The basemap ${basemap.file}`, basemap.file, () =>
      readArchive(join(folder, basemap.file)),
    ));
  const shapes =
    districts &&
    (await attempt(`The districts ${districts.file}`, districts.file, () =>
      readShapes(join(folder, districts.file), districts),
    ));
  for (const { problem, file } of declaration === undefined ? [] : await undeclared(folder, declaration)) {
    problems.push(problem);
    faults.push({ code: 'fileNotDeclared', value: file, problem });
  }
  const usable = basemap !== undefined && header !== undefined;
  return {
    settings: {
      ...(usable
        ? {
            basemap: {
              url: `${basemapAddress}?v=${header.stamp}`,
              tiles: header.tiles,
              coordinateSystem: basemap.coordinateSystem,
              attribution: basemap.attribution,
              minZoom: header.minZoom,
              maxZoom: header.maxZoom,
            },
          }
        : {}),
      ...(districts === undefined || shapes === undefined
        ? {}
        : { districts: { url: districtsAddress, attribution: districts.attribution } }),
      problems,
      ...(faults.length === 0 ? {} : { faults }),
    },
    basemapPath: usable ? join(folder, basemap.file) : undefined,
    districts: shapes,
  };
}

async function readDeclaration(folder: string): Promise<Declaration> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, 'map.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const read = readHandWrittenJson(bytes);
  if (!read.ok) {
    const message = `${read.message}. Correct it or remove it.`;
    throw new MapFault(faultOfRead(read.message), 'map.json', message);
  }
  const parsed = declarationSchema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known there`;
    return `"${issue.path.join('.')}" ${issue.message}`;
  });
  const message = `is not usable: ${sentences.join('; ')}. assets/map/README.md has an example.`;
  const [issue] = parsed.error.issues;
  throw new MapFault('declarationWrong', issue?.path.join('.') ?? '', message);
}

async function readArchive(path: string) {
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(pmtilesHeaderBytes), 0, pmtilesHeaderBytes, 0);
    const header = readPmtilesHeader(buffer.subarray(0, bytesRead), size);
    if (header.tiles === 'vector') checkLayers(await readMetadata(file, header.metadata));
    return {
      ...header,
      stamp: `${Math.floor(mtimeMs).toString(36)}-${size.toString(36)}`,
    };
  } finally {
    await file.close();
  }
}

async function readMetadata(
  file: Awaited<ReturnType<typeof open>>,
  { offset, length, isGzipped }: PmtilesHeader['metadata'],
): Promise<Buffer> {
  if (length > largestMetadataBytes) {
    throw new MapFault('basemapBroken', '', 'has a description of over 8 MiB: make it again');
  }
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  try {
    return isGzipped ? gunzipSync(buffer, { maxOutputLength: largestMetadataBytes }) : buffer;
  } catch {
    const message = 'has a description that cannot be unpacked: copy the whole file again';
    throw new MapFault('basemapBroken', '', message);
  }
}

async function readShapes(path: string, options: NonNullable<Declaration['districts']>): Promise<string> {
  const { size } = await stat(path);
  if (size > largestDistrictsBytes) {
    const message = `has ${Math.round(size / 1024 / 1024)} MiB; at most 32 MiB are read: simplify it`;
    throw new MapFault('districtsTooLarge', '', message);
  }
  return JSON.stringify(readDistricts(await readFile(path), options));
}

/** Files without a declared coordinate system. They are not used, because they could be wrong by half a kilometre. */
async function undeclared(
  folder: string,
  { basemap, districts }: Declaration,
): Promise<{ file: string; problem: string }[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name !== basemap?.file && name !== districts?.file)
    .flatMap((name) => {
      const part =
        extname(name) === '.pmtiles' ? 'basemap' : extname(name) === '.geojson' ? 'districts' : undefined;
      const declared = part === 'basemap' ? basemap : districts;
      if (part === undefined || declared !== undefined) return [];
      const problem = `${name} lies in ${folder} but is not used: declare it in map.json there, as {"${part}": {"file": "${name}", "coordinateSystem": "…"}}, with the system it was made in (${coordinateSystems.join(', ')}).`;
      return [{ file: name, problem }];
    });
}

/** The same for surfaces. */
function faultOf(error: unknown, file: string): { code: MapFaultCode; value: string } {
  if (error instanceof MapFault) return { code: error.code, value: error.value };
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return { code: 'fileMissing', value: file };
    case 'EACCES':
    case 'EISDIR':
      return { code: 'fileNotReadable', value: file };
    default:
      return { code: 'fileFailed', value: file };
  }
}

function sentenceOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'is not there: put the file beside map.json or take its lines out of it.';
  if (code === 'EACCES') return 'may not be read by the hub: give it the right to.';
  if (code === 'EISDIR') return 'is a folder: name a file.';
  return message.endsWith('.') ? message : `${message}.`;
}
