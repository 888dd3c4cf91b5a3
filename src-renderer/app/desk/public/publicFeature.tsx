import { useStore } from 'zustand';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { SitePublic } from '../../../features/public/SitePublic.tsx';
import type { PublicCodes } from '../../../features/public/publicCodes.ts';
import type { PublicSite } from '../../../features/public/publicSite.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';

export interface PublicFeatureParts {
  publicSite: PublicSite;
  publicCodes: PublicCodes;
  session: SessionStore;
  directory: DirectoryStore;
}

/** What the public sees of the site that the desk shows. */
export function createPublicFeature({
  publicSite,
}: Pick<PublicFeatureParts, 'publicSite'>): DeskFeature<'public:siteChanged'> {
  return {
    takeSnapshot() {
      const siteId = publicSite.store.getState().site?.siteId;
      if (siteId !== undefined) publicSite.siteChanged(siteId);
    },
    takeNotice: { 'public:siteChanged': ({ siteId }) => publicSite.siteChanged(siteId) },
  };
}

/** With the site of the large camera. */
export function LargeSitePublic({
  publicSite,
  publicCodes,
  session,
  directory,
  cameraId,
}: PublicFeatureParts & { cameraId: string }) {
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const siteId = useStore(directory, (state) => state.cameras.get(cameraId)?.siteId);
  if (siteId === undefined) return null;
  return <SitePublic key={siteId} {...{ publicSite, siteId, cameraId, enabled }} codes={publicCodes} />;
}
