import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { May } from '../../ui/May.tsx';
import type { PublicCodes } from './publicCodes.ts';

/** Stickers with the QR codes of all sites that agreed. */
export function PublicCodesPanel({ codes, enabled }: { codes: PublicCodes; enabled: boolean }) {
  const { t, i18n } = useTranslation();
  const [district, setDistrict] = useState('');
  const { isMaking } = useStore(codes.store);
  return (
    <section className="showcase-form" data-public-codes>
      <h2>{t('publicCodes.title')}</h2>
      <p className="desk-dim">{t('publicCodes.text')}</p>
      <May asks="GET /api/v1/public/codes.pdf" note>
        <div className="desk-row">
          <NativeSelect
            aria-label={t('publicCodes.district')}
            value={district}
            data={[
              { value: '', label: t('publicCodes.all') },
              ...districts.map((one) => ({ value: one, label: t(`district.${one}`) })),
            ]}
            onChange={(event) => setDistrict(event.currentTarget.value)}
          />
          <Button
            disabled={!enabled || isMaking}
            onClick={() => void codes.stickers(i18n.language, district)}
          >
            {t('publicCodes.stickers')}
          </Button>
        </div>
      </May>
      <CodesState codes={codes} />
    </section>
  );
}

/** The page of one site, with its code. */
export function SiteCode({
  codes,
  siteId,
  enabled,
}: {
  codes: PublicCodes;
  siteId: string;
  enabled: boolean;
}) {
  const { t, i18n } = useTranslation();
  const { isMaking } = useStore(codes.store);
  return (
    <May asks="GET /api/v1/public/codes.pdf">
      <Button
        size="compact-xs"
        data-public-code={siteId}
        disabled={!enabled || isMaking}
        onClick={() => void codes.sheet(i18n.language, siteId)}
      >
        {t('publicCodes.sheet')}
      </Button>
    </May>
  );
}

/** What became of the last file. */
export function CodesState({ codes }: { codes: PublicCodes }) {
  const { t } = useTranslation();
  const { isMaking, problem } = useStore(codes.store);
  if (isMaking) return <p role="status">{t('publicCodes.making')}</p>;
  if (problem === '') return null;
  return (
    <p className="desk-not-normal" role="alert">
      {t('publicCodes.failed', { problem: httpRefusalText(problem, t) })}
    </p>
  );
}
