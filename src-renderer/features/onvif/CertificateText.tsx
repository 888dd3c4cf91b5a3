import { useTranslation } from 'react-i18next';
import type { OnvifDevice } from '../../../src-shared/onvif/onvif.protocol.ts';
import { certificateToAccept } from './onvifDrafts.ts';

/** Which certificate the device has, and which one signing in accepts. */
export function CertificateText({
  device,
}: {
  device: Pick<OnvifDevice, 'certificate' | 'certificateNow' | 'state'>;
}) {
  const { t } = useTranslation();
  const { certificate: former, state } = device;
  const accepted = certificateToAccept(device);
  if (accepted === undefined) return null;
  const certificate = shownCertificate(accepted);
  if (former !== undefined && former !== accepted)
    return (
      <div className="onvif-trouble" title={`${former} → ${accepted}`} data-onvif-certificate="changed">
        {t('onvif.certificateChanged', { certificate, former: shownCertificate(former) })}
      </div>
    );
  return (
    <div className="desk-dim" title={accepted} data-onvif-certificate>
      {t(state === 'ready' ? 'onvif.certificate' : 'onvif.certificateNew', { certificate })}
    </div>
  );
}

/** The beginning of a fingerprint, as cameras and browsers write it: `3A:0F:…`. */
function shownCertificate(fingerprint: string): string {
  return (
    fingerprint
      .slice(0, 16)
      .toUpperCase()
      .match(/.{1,2}/g)
      ?.join(':') ?? ''
  );
}
