import i18next from 'i18next';
import { createMediaFeature } from '../shared/mediaFeature.ts';
import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { createSiteFeature, routeSiteNotices } from './siteFeature.ts';
import { createSiteParts } from './siteParts.ts';
import { SiteSurface } from './SiteSurface.tsx';

void startSurface('site', (shell) => {
  const parts = createSiteParts(shell);
  const features = [createMediaFeature(parts.receiver), createSiteFeature(parts)] as const;
  document.title = `${i18next.t('product.name')} · ${i18next.t('site.title')}`;
  return { ...joinFeatures(features, routeSiteNotices(features)), view: <SiteSurface {...parts} /> };
});
