import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import { useStore } from 'zustand';
import type { SiteLink } from '../../../src-shared/sites/sites.protocol.ts';
import { copyText } from '../../ui/copyText.ts';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import { May, useMay } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { SitesActions } from './sitesActions.ts';
import type { SitesStore } from './sitesStore.ts';
import './siteLinks.css';

export interface SiteLinksProps {
  store: SitesStore;
  actions: SitesActions;
  siteId: string;
  siteName: string;
  times: TimeFormat;
  enabled: boolean;
}

/** The links of a site: who has one, from where it was used last, a new one, and the end of one. */
export function SiteLinks({ store, actions, siteId, siteName, times, enabled }: SiteLinksProps) {
  const { t } = useTranslation();
  const known = useStore(store, (state) => state.links);
  const { isAllowed } = useMay('sites:listLinks');
  const [forWhom, setForWhom] = useState('');
  useEffect(() => {
    if (isAllowed && enabled) void actions.readLinks(siteId);
  }, [actions, siteId, isAllowed, enabled]);
  const links = known?.siteId === siteId ? known.links : [];
  return (
    <section className="desk-section" data-site-links={siteId}>
      <h2>{t('sites.links.title')}</h2>
      <May asks="sites:makeLink" note>
        <form
          className="desk-row"
          onSubmit={(event) => {
            event.preventDefault();
            const name = forWhom.trim();
            if (name !== '') void actions.makeLink(siteId, name).then((isMade) => isMade && setForWhom(''));
          }}
        >
          <TextInput
            aria-label={t('sites.links.forWhom')}
            placeholder={t('sites.links.forWhom')}
            maxLength={40}
            value={forWhom}
            onChange={(event) => setForWhom(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!enabled || forWhom.trim() === ''}>
            {t('sites.links.make')}
          </Button>
        </form>
      </May>
      <May asks="sites:revokeLink">
        {isAllowed && links.length === 0 && <p className="desk-dim">{t('sites.links.none')}</p>}
        {links.map((link) => (
          <div key={link.linkId} className="site-link" data-link-id={link.linkId}>
            <span>
              {link.forWhom}
              <span className="desk-dim">
                {' · '}
                <LinkState link={link} times={times} />
              </span>
            </span>
            <Button
              size="compact-xs"
              disabled={!enabled}
              onClick={() => void actions.revokeLink(siteId, link.linkId)}
            >
              {t('sites.links.revoke')}
            </Button>
          </div>
        ))}
      </May>
      <MadeLink store={store} siteName={siteName} times={times} onClose={actions.hideCode} />
    </section>
  );
}

/** Whether it was used, when and where it was used last, and until when it is good. */
function LinkState({ link, times }: { link: SiteLink; times: TimeFormat }) {
  const { t } = useTranslation();
  const { phone, expiresAtMs, madeBy } = link;
  if (phone === undefined) {
    return t('sites.links.waits', { by: madeBy, until: times.timeOfDay(expiresAtMs) });
  }
  return t('sites.links.used', {
    at: times.timeOfDay(phone.lastUsedAtMs),
    address: phone.address,
    until: times.date(expiresAtMs),
  });
}

/** The code that was just made, to be scanned, sent or printed; shown this once. */
function MadeLink({
  store,
  siteName,
  times,
  onClose,
}: Pick<SiteLinksProps, 'store' | 'siteName' | 'times'> & { onClose(): void }) {
  const { t } = useTranslation();
  const made = useStore(store, (state) => state.made);
  const shownAddress = useRef<HTMLParagraphElement>(null);
  /** The address of which is known whether it was copied. */
  const [copying, setCopying] = useState<{ address: string; isCopied: boolean }>();
  if (made === undefined) return null;
  const { link, code, address } = made;
  return (
    <QuickDialog title={t('sites.sheet.title')} closeWord={t('dialog.close')} onClose={onClose}>
      <div className="site-link-sheet" data-site-code={code}>
        <p className="site-link-name">{siteName}</p>
        <p>{t('sites.sheet.forWhom', { name: link.forWhom })}</p>
        <img
          alt={t('sites.sheet.scan')}
          src={`data:image/svg+xml,${encodeURIComponent(renderSVG(address, { border: 2 }))}`}
        />
        <p className="site-link-code">{code}</p>
        <p className="site-link-address" ref={shownAddress}>
          {address}
        </p>
        <p>{t('sites.sheet.how')}</p>
        <p>{t('sites.sheet.until', { until: times.timeOfDay(link.expiresAtMs) })}</p>
        <p className="site-link-copied" role="status">
          {copying?.address === address &&
            t(copying.isCopied ? 'sites.sheet.copied' : 'sites.sheet.notCopied')}
        </p>
        <div className="dialog-buttons">
          <Button
            onClick={() => {
              if (shownAddress.current === null) return;
              void copyText(shownAddress.current).then((isCopied) => setCopying({ address, isCopied }));
            }}
          >
            {t('sites.sheet.copy')}
          </Button>
          <Button onClick={() => window.print()}>{t('sites.sheet.print')}</Button>
          <Button variant="filled" data-autofocus onClick={onClose}>
            {t('dialog.close')}
          </Button>
        </div>
      </div>
    </QuickDialog>
  );
}
