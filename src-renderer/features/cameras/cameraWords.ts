import type { CameraView } from '../../../src-shared/cameras/cameras.protocol.ts';

/** What a camera is called in the language shown; names without a translation stay Chinese. */
export function cameraTitle(
  camera: Pick<CameraView, 'siteName' | 'siteNameEn' | 'cameraName' | 'cameraNameEn'>,
  language: string,
): { site: string; camera: string } {
  const english = language === 'en';
  return {
    site: (english ? camera.siteNameEn : undefined) ?? camera.siteName,
    camera: (english ? camera.cameraNameEn : undefined) ?? camera.cameraName,
  };
}
