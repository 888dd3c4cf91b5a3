import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Message } from '../../ui/Message.tsx';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';
import { SurfaceStatus } from '../shared/SurfaceStatus.tsx';

/** A surface that only connects and says that it is not built yet. */
export function UnbuiltSurface({
  surface,
  session,
}: {
  surface: 'field' | 'showcase';
  session: SessionStore;
}) {
  const { t } = useTranslation();
  const everJoined = useStore(session, (state) => state.everJoined);
  return (
    <div className="surface-page">
      <header className="surface-page-bar">
        <span className="surface-page-name">{t('product.name')}</span>
        <span>{t(`product.${surface}`)}</span>
        <SurfaceStatus session={session} />
      </header>
      {everJoined ? (
        <Message title={t('notice.unbuiltTitle')} quiet>
          <p>{t('notice.unbuiltText')}</p>
        </Message>
      ) : (
        <ConnectionMessage session={session} />
      )}
    </div>
  );
}
