import type { Principal } from '../../../src-shared/session/principal.ts';
import { nowhere } from '../../../src-shared/session/principal.ts';
import type { PrincipalDoor, Visit } from '../../base/doors.ts';
import { siteSessionId, type SiteLinks } from '../../features/sites/siteLinks.ts';
import type { SiteLinkRecord } from '../../features/sites/sites.repository.ts';
import { readCookies } from '../accounts/cookies.ts';

/** The phones that a visit is signed in with: by its cookies, or where the browser keeps none by the secret that its page shows. */
export function siteLinksOf(visit: Visit, links: Pick<SiteLinks, 'find'>): SiteLinkRecord[] {
  const { siteToken, key } = visit.credentials;
  return [siteToken, key, ...readCookies('site', visit)].flatMap((token) => {
    const link = token === undefined ? undefined : links.find(token);
    return link === undefined ? [] : [link];
  });
}

/** The door of sites: each phone has a sign-in of its own, and whoever holds it is that site and nothing else. */
export function createSiteDoor(options: {
  links: Pick<SiteLinks, 'find' | 'used' | 'onEnded'>;
  /** The name of a site; undefined when the registry has it no more. */
  siteName(siteId: string): string | undefined;
}): PrincipalDoor {
  const { links, siteName } = options;
  return {
    principalOf(visit): Principal | undefined {
      if (visit.surface !== undefined && visit.surface !== 'site') return undefined;
      const [link] = siteLinksOf(visit, links);
      const name = link === undefined ? undefined : siteName(link.siteId);
      if (link === undefined || name === undefined) return undefined;
      links.used(link, visit.address);
      return {
        kind: 'site',
        accountId: link.siteId,
        // Several people of a site have phones: the history and the audit log say whose it was.
        name: `${name} · ${link.forWhom}`,
        role: 'site',
        scope: nowhere,
        sessionId: siteSessionId(link),
        device: link.phone?.name ?? '',
        address: visit.address,
      };
    },
    onRevoked: links.onEnded,
  };
}
