import { useTranslation } from 'react-i18next';
import type { Highlight, HighlightField } from '../../../src-shared/cameras/cameraSearch.ts';
import type { CameraEntry, CameraHealth, SiteEntry } from '../../../src-shared/cameras/cameras.protocol.ts';
import { Highlighted } from '../../ui/desk/Highlighted.tsx';
import { ConditionMark } from './ConditionMark.tsx';

export interface CameraRowProps {
  camera: CameraEntry;
  site: SiteEntry;
  health: CameraHealth | undefined;
  highlights: readonly Highlight[];
  language: string;
}

/** A camera in a list: its site and name, its place, its condition, and the words that matched the search. */
export function CameraRow({ camera, site, health, highlights, language }: CameraRowProps) {
  const { t } = useTranslation();
  const english = language === 'en';
  const siteField = english && site.siteNameEn !== undefined ? 'siteNameEn' : 'siteName';
  const cameraField = english && camera.cameraNameEn !== undefined ? 'cameraNameEn' : 'cameraName';
  const texts: Partial<Record<HighlightField, string>> = {
    siteName: site.siteName,
    cameraName: camera.cameraName,
    address: site.address,
    ...(site.siteNameEn === undefined ? {} : { siteNameEn: site.siteNameEn }),
    ...(camera.cameraNameEn === undefined ? {} : { cameraNameEn: camera.cameraNameEn }),
  };
  const found = (field: HighlightField): Highlight[] => highlights.filter((one) => one.field === field);
  // A match in the other language or in the address is shown as well; otherwise nobody would know why the camera is in the list.
  const elsewhere = highlights.find(({ field }) => field !== siteField && field !== cameraField)?.field;
  const condition = health?.condition;
  return (
    <>
      <div className="finder-row-line">
        <span className="finder-row-site">
          <Highlighted text={texts[siteField] ?? ''} ranges={found(siteField)} />
        </span>
        {condition !== undefined && condition !== 'online' && condition !== 'unknown' && (
          <ConditionMark condition={condition} />
        )}
      </div>
      <div className="finder-row-line finder-row-more">
        <span className="finder-row-camera">
          <Highlighted text={texts[cameraField] ?? ''} ranges={found(cameraField)} />
        </span>
        <span className="finder-row-place">
          {elsewhere === undefined ? (
            `${t(`district.${site.district}`)} · ${t(`siteType.${site.siteType}`)}`
          ) : (
            <Highlighted text={texts[elsewhere] ?? ''} ranges={found(elsewhere)} />
          )}
        </span>
      </div>
    </>
  );
}
