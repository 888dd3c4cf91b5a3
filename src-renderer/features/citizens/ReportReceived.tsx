import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportReceipt } from '../../../src-shared/citizens/citizenPage.ts';
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
          if (code.current !== null) setIsCopied(copyText(code.current));
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

/** Marks the text and copies it, also in browsers without a clipboard that pages may write to; whether it was copied. */
function copyText(element: HTMLElement): boolean {
  const selection = window.getSelection();
  const range = document.createRange();
  range.selectNodeContents(element);
  selection?.removeAllRanges();
  selection?.addRange(range);
  // The browser of WeChat and pages without HTTPS have nothing else.
  return document.execCommand('copy');
}
