import { publicKitchensPageSchema, publicSitePageSchema } from '../../src-shared/public/publicPage.ts';
import { isConsentStanding } from '../../src-shared/public/publication.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import type { PrintedSite } from '../features/public/codeDocument.ts';
import type { Registry, RegistrySite } from '../features/public/public.ports.ts';
import type { PublicLive } from '../features/public/publicLive.service.ts';
import type { PublicSegments } from '../features/public/publicSegments.service.ts';
import type { PublicStills } from '../features/public/publicStills.service.ts';
import type { Publications } from '../features/public/publications.service.ts';
import { livePath, type PublicLiveOptions } from '../http/public/publicLivePictures.ts';
import type { PublicServerOptions } from '../http/public/publicServer.ts';

/** Kitchens in one list. */
const maxKitchens = 2_000;

/** What the public's page is answered: parsed by its schema, so that nothing else of a record goes out. */
export function createPublicPages(parts: {
  publications: Publications;
  stills: PublicStills;
  segments: Pick<PublicSegments, 'want'>;
  live: Pick<PublicLive, 'hasPlace'>;
  registry: Pick<Registry, 'site'>;
  nowMs(): number;
  /** A moment of the hub's own time by today's date. */
  toShownMs(ownMs: number): number;
}): Pick<PublicServerOptions, 'sitePage' | 'camerasOf' | 'kitchensPage'> &
  Pick<PublicLiveOptions, 'cameraOf'> {
  const { publications, stills, segments, live, registry, nowMs, toShownMs } = parts;
  const camerasOf = (code: string): string[] =>
    publications.kitchen(publications.siteOfCode(code) ?? '')?.cameras.map(({ cameraId }) => cameraId) ?? [];
  return {
    camerasOf,
    cameraOf: (code, number) => camerasOf(code)[number],
    sitePage(code, { moving, isWanted }) {
      const siteId = publications.siteOfCode(code);
      const site = registry.site(siteId ?? '');
      const record = publications.record(siteId ?? '');
      if (site === undefined || record === undefined || !isConsentStanding(record.publication))
        return undefined;
      const cameras = publications.kitchen(site.id)?.cameras ?? [];
      return publicSitePageSchema.parse({
        siteName: site.name,
        siteNameEn: site.nameEn,
        siteType: site.type,
        district: site.district,
        facts: record.publication.facts,
        nowMs: toShownMs(nowMs()),
        cameras: cameras.map(({ cameraId, cameraName, cameraNameEn }, index) => {
          const still = isWanted ? stills.want(cameraId) : stills.peek(cameraId);
          const video = isWanted && index === moving ? segments.want(cameraId) : undefined;
          return {
            cameraName,
            cameraNameEn,
            ...(still === undefined
              ? {}
              : { still: { path: still.path, takenAtMs: toShownMs(still.takenAtMs) } }),
            ...(video === undefined ? {} : { video }),
            ...(video === undefined || !live.hasPlace(cameraId)
              ? {}
              : { live: `${livePath}${record.code}/${index}` }),
          };
        }),
      });
    },
    kitchensPage: () =>
      publicKitchensPageSchema.parse({
        kitchens: publications
          .kitchens()
          .slice(0, maxKitchens)
          .map((kitchen) => ({
            ...kitchen,
            code: publications.record(kitchen.siteId)?.code,
            near: nearOf(registry.site(kitchen.siteId)),
          })),
      }),
  };
}

/** A place in thousandths of a degree: enough to find what is near, and no more. */
function nearOf(site: RegistrySite | undefined): { latitude: number; longitude: number } | undefined {
  const { position } = site ?? {};
  if (position === undefined) return undefined;
  const rounded = (degrees: number): number => Math.round(degrees * 1_000) / 1_000;
  return { latitude: rounded(position.latitude), longitude: rounded(position.longitude) };
}

/** Sites that agreed and that the person may see, with what is printed beside their codes; by district and name. */
export function printedSites({
  publications,
  registry,
  principal,
  wanted,
}: {
  publications: Pick<Publications, 'agreed'>;
  registry: Pick<Registry, 'site'>;
  principal: Principal;
  wanted: { district?: string; siteId?: string };
}): PrintedSite[] {
  return publications
    .agreed()
    .flatMap(({ siteId, code }) => {
      const site = registry.site(siteId);
      if (site === undefined || (wanted.siteId ?? siteId) !== siteId) return [];
      const { name, nameEn, type, district } = site;
      if ((wanted.district ?? district) !== district) return [];
      if (!may(principal, 'public:manage', { district, siteId })) return [];
      return [{ name, ...(nameEn === undefined ? {} : { nameEn }), type, district, code }];
    })
    .sort((one, other) => byText.compare(one.district + one.name, other.district + other.name));
}

const byText = new Intl.Collator('zh-CN');
