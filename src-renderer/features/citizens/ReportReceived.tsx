import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportReceipt } from '../../../src-shared/citizens/citizenPage.ts';
import { copyText } from '../../ui/copyText.ts';
import { pageTime } from './pageTime.ts';
import { followAddress } from './reportSending.ts';

/** The report has arrived: its code, and where it is followed. */
export function ReportReceived({ receipt }: { receipt: ReportReceipt }) {
  const { t, i18n } = useTranslation();
  const code = useRef<HTMLElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  return (
    <section className="citizen" role="status">
      <h2>{t('citizenPage.received')}</h2>
      <p>{t('citizenPage.keepCode')}</p>
      <p className="citizen-code">
        <code ref={code}>{receipt.code}</code>
      </p>
      <button
        type="button"
        onClick={() => {
          if (code.current !== null) void copyText(code.current).then(setIsCopied);
        }}
      >
        {t(isCopied ? 'citizenPage.copied' : 'citizenPage.copy')}
      </button>
      <p>{t('citizenPage.answerBy', { at: pageTime(receipt.dueAtMs, i18n.language) })}</p>
      <a className="citizen-main" href={followAddress(receipt.code)}>
        {t('citizenPage.followThis')}
      </a>
    </section>
  );
}
