import type SqliteDatabase from 'better-sqlite3';
import type { Curtain as ShowcaseCurtain } from '../../../src-shared/showcase/showcase.protocol.ts';
import {
  forbiddenRooms,
  isConsentStanding,
  isForbiddenRoom,
} from '../../../src-shared/public/publication.ts';
import { softenedBox } from '../../../src-shared/public/softening.ts';
import type { PublicCameraRecord, PublicSiteRecord } from '../../features/public/public.repository.ts';

/** Who hid something that a restore would have shown again. */
const restorer = 'npm run restore';

type SiteDocument = Omit<PublicSiteRecord, 'siteId' | 'code'>;
type CameraDocument = Omit<PublicCameraRecord, 'cameraId'>;
interface SiteRow {
  id: string;
  code: string;
  document: string;
}
interface CameraRow {
  id: string;
  document: string;
}
interface NameRow {
  id: string;
  name: string;
  nameEn: string | null;
}

/**
 * Keeps hidden what the attached database `present` hides: the public and the visitors see what the backup and the present data both show. A
 * consent that was withdrawn and a curtain that was drawn since the backup are not forgotten, nor is the code that a site has printed.
 */
export function keepPresentlyHidden(database: SqliteDatabase.Database, nowMs: number): void {
  keepSitesHidden(database, nowMs);
  keepCamerasHidden(database);
  keepRenamedCamerasHidden(database, nowMs);
  const curtainOf = (schema: 'main' | 'present'): ShowcaseCurtain | undefined => {
    const row = database
      .prepare<[], { document: string }>(`select document from ${schema}.showcase where name = 'curtain'`)
      .get();
    return row && parsed<ShowcaseCurtain>(row.document);
  };
  if (curtainOf('present')?.isDrawn === true && curtainOf('main')?.isDrawn !== true) {
    database.exec(
      `insert or replace into main.showcase (name, document) select name, document from present.showcase where name = 'curtain'`,
    );
  }
}

/** Draws a curtain over every site of the public page, because nobody knows what was withdrawn since the backup. Officers open them one by one. */
export function hideFromPublic(database: SqliteDatabase.Database, nowMs: number): void {
  const save = database.prepare<[string, string]>('update public_sites set document = ? where site_id = ?');
  for (const { id, document } of sitesOf(database, 'main')) {
    const site = parsed<SiteDocument>(document);
    save.run(JSON.stringify({ curtain: { drawnBy: restorer, atMs: nowMs }, ...site }), id);
  }
}

function keepSitesHidden(database: SqliteDatabase.Database, nowMs: number): void {
  const present = new Map(sitesOf(database, 'present').map((row) => [row.id, row]));
  const restored = sitesOf(database, 'main');
  const save = database.prepare<[string, string]>(
    'update main.public_sites set document = ? where site_id = ?',
  );
  for (const { id, document } of restored) {
    const site = parsed<SiteDocument>(document);
    const now = present.get(id);
    save.run(JSON.stringify(stricterSite(site, now && parsed<SiteDocument>(now.document), nowMs)), id);
  }
  const known = new Set(restored.map(({ id }) => id));
  const add = database.prepare<[string, string, string]>(
    'insert or ignore into main.public_sites (site_id, code, document) values (?, ?, ?)',
  );
  for (const { id, code, document } of present.values()) {
    if (known.has(id)) continue;
    // The code is on a door; that the site agreed is a thing of the time after the backup.
    const { curtain } = parsed<SiteDocument>(document);
    add.run(id, code, JSON.stringify({ publication: { facts: {} }, ...(curtain && { curtain }) }));
  }
}

function stricterSite(site: SiteDocument, now: SiteDocument | undefined, nowMs: number): SiteDocument {
  const { publication } = site;
  const curtain = site.curtain ?? now?.curtain;
  const stands = now !== undefined && isConsentStanding(now.publication);
  const { hours: _hours, ...agreed } = publication;
  const { hours } = stands ? now.publication : publication;
  const withdrawal =
    publication.withdrawal ??
    (stands || publication.consent === undefined
      ? undefined
      : (now?.publication.withdrawal ?? { recordedBy: restorer, atMs: nowMs }));
  return {
    ...site,
    publication: { ...agreed, ...(hours && { hours }), ...(withdrawal && { withdrawal }) },
    ...(curtain && { curtain }),
  };
}

function keepCamerasHidden(database: SqliteDatabase.Database): void {
  const camerasOf = (schema: 'main' | 'present'): CameraRow[] =>
    database.prepare<[], CameraRow>(`select camera_id as id, document from ${schema}.public_cameras`).all();
  const restored = new Map(camerasOf('main').map((row) => [row.id, row]));
  const save = database.prepare<[string, string]>(
    'insert or replace into main.public_cameras (camera_id, document) values (?, ?)',
  );
  for (const { id, document } of camerasOf('present')) {
    const now = parsed<CameraDocument>(document);
    const before = restored.get(id);
    const camera = before === undefined ? now : parsed<CameraDocument>(before.document);
    const curtain = camera.curtain ?? now.curtain;
    const room = now.room !== undefined && forbiddenRooms.includes(now.room) ? now.room : camera.room;
    const { headPercent } = isSofter(now, camera) ? now : camera;
    save.run(
      id,
      JSON.stringify({
        ...camera,
        ...(headPercent !== undefined && { headPercent }),
        ...(room && { room }),
        ...(curtain && { curtain }),
      }),
    );
  }
}

function isSofter(one: CameraDocument, other: CameraDocument): boolean {
  return softenedBox(one.headPercent).width < softenedBox(other.headPercent).width;
}

/** A camera that only its present name places in a room that is never public has a curtain: the restored name does not say it. */
function keepRenamedCamerasHidden(database: SqliteDatabase.Database, nowMs: number): void {
  const namesOf = (schema: 'main' | 'present'): NameRow[] =>
    database.prepare<[], NameRow>(`select id, name, name_en as nameEn from ${schema}.cameras`).all();
  const isForbidden = ({ name, nameEn }: NameRow): boolean =>
    isForbiddenRoom({ name, ...(nameEn !== null && { nameEn }) });
  const forbidden = new Set(
    namesOf('present')
      .filter(isForbidden)
      .map(({ id }) => id),
  );
  const read = database
    .prepare<[string], string>('select document from main.public_cameras where camera_id = ?')
    .pluck();
  const save = database.prepare<[string, string]>(
    'insert or replace into main.public_cameras (camera_id, document) values (?, ?)',
  );
  for (const restored of namesOf('main')) {
    if (!forbidden.has(restored.id) || isForbidden(restored)) continue;
    const camera = parsed<CameraDocument>(read.get(restored.id) ?? '{}');
    save.run(restored.id, JSON.stringify({ curtain: { drawnBy: restorer, atMs: nowMs }, ...camera }));
  }
}

function sitesOf(database: SqliteDatabase.Database, schema: 'main' | 'present'): SiteRow[] {
  return database
    .prepare<[], SiteRow>(`select site_id as id, code, document from ${schema}.public_sites`)
    .all();
}

/** A document as the hub wrote it. Throws SyntaxError for anything else: then nothing is replaced. */
function parsed<Value>(document: string): Value {
  return JSON.parse(document) as Value;
}
