import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { HandshakeRefusal } from '../../../src-shared/protocol/index.ts';
import { protocolVersion } from '../../../src-shared/protocol/version.ts';
import { Message } from '../../ui/Message.tsx';
import type { SessionStore } from './sessionStore.ts';

/** A hub on the same network answers at once; after this long, something is wrong. Milliseconds. */
const unreachableMs = 4_000;

/** What a page shows that was never let in: it is connecting, the hub is not there, or the hub refused it. */
export function ConnectionMessage({ session }: { session: SessionStore }) {
  const { t } = useTranslation();
  const link = useStore(session, (state) => state.link);
  const times = useStore(session, (state) => state.times);
  const unreachable = useStore(
    session,
    (state) => state.link.state === 'connecting' && state.nowMs - state.link.sinceMs > unreachableMs,
  );
  if (link.state === 'refused') return <Refusal refusal={link.refusal} />;
  if (link.state !== 'connecting' || !unreachable) {
    return (
      <Message title={t('notice.connectingTitle')} quiet>
        <p>{t('notice.connectingText')}</p>
      </Message>
    );
  }
  return (
    <Message title={t('notice.unreachableTitle')}>
      <p>{t('notice.unreachableText', { since: times.timeOfDay(link.sinceMs) })}</p>
    </Message>
  );
}

function isScreen({ pathname }: Pick<Location, 'pathname'>): boolean {
  return /^\/(?:wall|showcase)\.html$/.test(pathname);
}

/** Where somebody signs in for this page, or a screen shows its code. */
function signInAddress(location: Pick<Location, 'pathname' | 'search'>): string {
  const surface = /^\/(\w+)\.html$/.exec(location.pathname)?.[1] ?? 'desk';
  if (!isScreen(location)) return `/sign-in.html?to=${surface}`;
  const screen = new URLSearchParams(location.search).get('screen');
  return `/sign-in.html?pair=${surface}${screen === null ? '' : `&screen=${encodeURIComponent(screen)}`}`;
}

function Refusal({ refusal }: { refusal: HandshakeRefusal }) {
  const { t } = useTranslation();
  switch (refusal.code) {
    case 'access_denied':
      return (
        <Message title={t('notice.deniedTitle')}>
          <p>{t('notice.deniedText')}</p>
          <p>
            <a href={signInAddress(window.location)}>
              {t(isScreen(window.location) ? 'notice.pair' : 'notice.signIn')}
            </a>
          </p>
        </Message>
      );
    case 'version_mismatch':
      return (
        <Message title={t('notice.versionTitle')}>
          <p>{t('notice.versionText', { surface: protocolVersion, hub: refusal.hubProtocolVersion })}</p>
        </Message>
      );
    case 'hub_full':
      return (
        <Message title={t('notice.fullTitle')}>
          <p>{t('notice.fullText')}</p>
        </Message>
      );
    case 'too_slow':
      return (
        <Message title={t('notice.tooSlowTitle')}>
          <p>{t('notice.tooSlowText')}</p>
        </Message>
      );
    case 'too_busy':
      return (
        <Message title={t('notice.tooBusyTitle')}>
          <p>{t('notice.tooBusyText')}</p>
        </Message>
      );
    case 'bad_handshake':
      return (
        <Message title={t('notice.refusedTitle')}>
          <p>{t('notice.handshakeText')}</p>
        </Message>
      );
    case 'wrong_origin':
      return (
        <Message title={t('notice.refusedTitle')}>
          <p>{t('notice.originText')}</p>
        </Message>
      );
  }
}
