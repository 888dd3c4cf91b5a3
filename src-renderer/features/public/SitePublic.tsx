import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CurtainTarget } from '../../../src-shared/public/public.protocol.ts';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { PublicCameraForm } from './PublicCameraForm.tsx';
import { PublishedFactsForm } from './PublishedFactsForm.tsx';
import { CodesState, SiteCode } from './PublicCodesPanel.tsx';
import type { PublicCodes } from './publicCodes.ts';
import type { PublicSite } from './publicSite.ts';

export interface SitePublicProps {
  publicSite: PublicSite;
  codes: PublicCodes;
  siteId: string;
  cameraId: string;
  enabled: boolean;
}

/** Whether the public sees a site and the camera that is shown: its consent, its curtains and what the camera looks at. */
export function SitePublic({ publicSite, codes, siteId, cameraId, enabled }: SitePublicProps) {
  const { t } = useTranslation();
  const { site: known, refusal } = useStore(publicSite.store);
  const { isAllowed } = useMay('public:readSite');
  const [agreedOn, setAgreedOn] = useState('');
  useEffect(() => {
    if (isAllowed && enabled) void publicSite.read(siteId);
  }, [publicSite, siteId, isAllowed, enabled]);
  const site = known?.siteId === siteId ? known : undefined;
  const camera = site?.cameras.find((one) => one.cameraId === cameraId);
  if (site === undefined) return null;
  const { consent, withdrawal } = site.publication;
  const isAgreed = consent !== undefined && withdrawal === undefined;
  return (
    <section className="desk-section" data-site-public={siteId}>
      <h2>{t('public.title')}</h2>
      <p data-public-state={camera?.hidden ?? 'shown'}>
        {camera?.hidden === undefined ? t('public.shown') : t(`public.hidden.${camera.hidden}`)}
      </p>
      {isAgreed ? (
        <div className="desk-row">
          <span className="desk-dim">
            {t('public.agreed', { on: consent.agreedOn, by: consent.recordedBy })}
          </span>
          <May asks="public:withdrawConsent">
            <Button
              size="compact-xs"
              disabled={!enabled}
              onClick={() => void publicSite.change('public:withdrawConsent', { siteId })}
            >
              {t('public.withdraw')}
            </Button>
          </May>
          <SiteCode {...{ codes, siteId, enabled }} />
          <CodesState codes={codes} />
        </div>
      ) : (
        <May asks="public:recordConsent" note>
          <form
            className="desk-row"
            onSubmit={(event) => {
              event.preventDefault();
              if (agreedOn !== '') void publicSite.change('public:recordConsent', { siteId, agreedOn });
            }}
          >
            <TextInput
              type="date"
              label={t('public.agreedOn')}
              value={agreedOn}
              onChange={(event) => setAgreedOn(event.currentTarget.value)}
            />
            <Button type="submit" disabled={!enabled || agreedOn === ''}>
              {t('public.record')}
            </Button>
          </form>
        </May>
      )}
      <May asks="public:drawCurtain">
        <div className="desk-row">
          <CurtainButton
            {...{ publicSite, enabled }}
            target={{ type: 'site', siteId }}
            isDrawn={site.curtain !== undefined}
          />
          <CurtainButton
            {...{ publicSite, enabled }}
            target={{ type: 'camera', cameraId }}
            isDrawn={camera?.curtain !== undefined}
          />
        </div>
      </May>
      {camera !== undefined && (
        <PublicCameraForm
          key={JSON.stringify([cameraId, camera.room, camera.headPercent])}
          {...{ publicSite, camera, enabled }}
        />
      )}
      <PublishedFactsForm
        key={JSON.stringify([siteId, site.publication.hours, site.publication.facts])}
        {...{ publicSite, siteId, enabled }}
        publication={site.publication}
      />
      {refusal !== undefined && <p role="alert">{refusalText(refusal, t)}</p>}
    </section>
  );
}

function CurtainButton({
  publicSite,
  enabled,
  target,
  isDrawn,
}: Pick<SitePublicProps, 'publicSite' | 'enabled'> & { target: CurtainTarget; isDrawn: boolean }) {
  const { t } = useTranslation();
  return (
    <Button
      disabled={!enabled}
      aria-pressed={isDrawn}
      variant={isDrawn ? 'filled' : 'default'}
      onClick={() => void publicSite.change('public:drawCurtain', { target, isDrawn: !isDrawn })}
    >
      {t(`public.curtain.${target.type}`)}
    </Button>
  );
}
