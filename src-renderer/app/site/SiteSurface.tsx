import { useSyncExternalStore, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { SiteAlerts } from '../../features/site/SiteAlerts.tsx';
import { SiteFindings } from '../../features/site/SiteFindings.tsx';
import { SiteKitchen } from '../../features/site/SiteKitchen.tsx';
import { SiteSignInForm } from '../../features/site/SiteSignInForm.tsx';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import { switchLanguage } from '../shared/switchLanguage.ts';
import type { SiteParts } from './siteParts.ts';
import { SitePhotographKeys } from './SitePhotographKeys.tsx';
import './site.css';

/** A kitchen's own page on a phone. Without a sign-in it asks for the code of a link. */
export function SiteSurface(parts: SiteParts) {
  const { session, site: store } = parts;
  const link = useStore(session, (state) => state.link);
  const everJoined = useStore(session, (state) => state.everJoined);
  const site = useStore(store, (state) => state.site);
  const isAway = link.state === 'refused' && link.refusal.code === 'access_denied';
  return (
    <div className="site">
      <SiteBar {...parts} />
      {isAway && <SiteSignInForm store={store} onSignIn={(code) => void parts.signIn(code)} />}
      {!isAway && !everJoined && <ConnectionMessage session={session} />}
      {!isAway && everJoined && site !== undefined && <SitePage {...parts} />}
    </div>
  );
}

function SitePage(parts: SiteParts) {
  const { session, site: store } = parts;
  const { t } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const states = useStore(parts.tiles, (state) => state.states);
  const { findings } = parts;
  const alertSayings = useStore(store, (state) => state.waiting.length);
  const findingSayings = useStore(findings.store, (state) => state.waiting.length);
  const waiting = alertSayings + findingSayings;
  const isForgotten = useStore(store, (state) => state.isForgotten);
  const isVisible = useSyncExternalStore(watchVisibility, () => document.visibilityState === 'visible');
  return (
    <main className="site-page">
      {waiting > 0 && (
        <p className="site-strip" role="status" data-waiting={waiting}>
          {t('site.waiting', { count: waiting })}
        </p>
      )}
      {isForgotten && <p className="site-strip site-strip--wrong">{t('site.forgotten')}</p>}
      <p className="site-quiet" role="note">
        {t('site.openOnly')}
      </p>
      <SiteFindings
        store={findings.store}
        pictures={findings.pictures}
        times={times}
        nowMs={nowMs}
        onSay={findings.say}
        photographKeys={(findingId) => (
          <SitePhotographKeys attachments={findings.attachments} findingId={findingId} />
        )}
      />
      <SiteAlerts store={store} pictures={parts.pictures} times={times} nowMs={nowMs} onSay={parts.say} />
      <SiteKitchen
        store={store}
        pictures={parts.receiver}
        states={states}
        times={times}
        isVisible={isVisible}
      />
    </main>
  );
}

function watchVisibility(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

/** The site and the state of the connection, with language and sign-out behind a key. */
function SiteBar({ session, site: store, signOut }: SiteParts) {
  const { t, i18n } = useTranslation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const site = useStore(store, (state) => state.site);
  const link = useStore(session, (state) => state.link.state);
  const lostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  const nowMs = useStore(session, (state) => state.nowMs);
  const isChinese = i18n.language !== 'en';
  const name = (isChinese ? undefined : site?.siteNameEn) ?? site?.siteName ?? t('site.title');
  const seconds = lostSinceMs === undefined ? 0 : Math.max(0, Math.round((nowMs - lostSinceMs) / 1_000));
  const words = {
    connecting: t('field.link.connecting'),
    joined: t('field.link.joined'),
    lost: t('field.link.lost', { seconds }),
    refused: t('site.link.refused'),
  };
  return (
    <header className="site-bar">
      <h1 className="site-bar-name">{name}</h1>
      <span className={link === 'joined' ? 'site-quiet' : 'site-wrong'} role="status" data-link={link}>
        {words[link]}
      </span>
      <button
        type="button"
        className="site-menu-key"
        aria-expanded={isMenuOpen}
        aria-label={t('field.menu.open')}
        onClick={() => setMenuOpen(!isMenuOpen)}
      >
        ⋯
      </button>
      {isMenuOpen && (
        <div className="site-menu">
          <button
            type="button"
            className="site-key"
            onClick={() => {
              setMenuOpen(false);
              void switchLanguage(isChinese ? 'en' : 'zh-CN', session);
            }}
          >
            {t('field.menu.otherLanguage')}
          </button>
          {site !== undefined && (
            <button
              type="button"
              className="site-key"
              onClick={() => {
                setMenuOpen(false);
                void signOut();
              }}
            >
              {t('site.signOut')}
            </button>
          )}
        </div>
      )}
    </header>
  );
}
