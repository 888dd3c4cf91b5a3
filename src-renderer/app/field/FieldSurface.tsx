import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from '../../features/field/fieldStore.ts';
import { SignInForm } from '../../features/field/SignInForm.tsx';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import type { SessionStore } from '../shared/sessionStore.ts';
import { drawPanels, panelsAt } from '../shared/shownPanels.tsx';
import { FieldBar, type UnsentParts } from './FieldBar.tsx';
import type { AnyFieldFeature, FieldPanels } from './fieldFeature.ts';
import type { FieldSession } from './FieldSession.ts';
import './field.css';

export interface FieldSurfaceProps extends UnsentParts {
  session: SessionStore;
  field: FieldStore;
  phone: FieldSession;
  features: readonly AnyFieldFeature[];
}

/** A member's phone: signed in, it is one page of panels; else it asks for a code. */
export function FieldSurface({ session, field, phone, features, ...unsent }: FieldSurfaceProps) {
  const isSignedIn = useStore(field, (state) => state.isSignedIn);
  const link = useStore(session, (state) => state.link);
  const everJoined = useStore(session, (state) => state.everJoined);
  const isAside = useStore(field, (state) => state.isAside);
  const [isMenuOpen, setMenuOpen] = useState(false);
  if (isAside) return <AsidePage />;
  return (
    <div className="field" onPointerDownCapture={() => phone.touched()}>
      <FieldBar
        session={session}
        field={field}
        phone={phone}
        unsent={unsent}
        isMenuOpen={isMenuOpen}
        onMenu={setMenuOpen}
      />
      {isSignedIn && <DutyPage features={features} />}
      {!isSignedIn && link.state === 'refused' && <ConnectionMessage session={session} />}
      {!isSignedIn && link.state !== 'refused' && (
        <SignInForm
          store={field}
          isConnected={link.state === 'joined' || (everJoined && link.state !== 'lost')}
          onType={(code) => phone.typeCode(code)}
          onSignIn={() => void phone.signIn()}
        />
      )}
    </div>
  );
}

/** Another page of this phone was opened since. */
function AsidePage() {
  const { t } = useTranslation();
  return (
    <main className="field field-insecure" data-aside>
      <h1>{t('field.aside.title')}</h1>
      <p>{t('field.aside.text')}</p>
      <button type="button" className="field-key field-key--first" onClick={() => window.location.reload()}>
        {t('field.aside.here')}
      </button>
    </main>
  );
}

function DutyPage({ features }: Pick<FieldSurfaceProps, 'features'>) {
  const drawn = (place: keyof FieldPanels) =>
    drawPanels(panelsAt(features.map(({ panels }) => panels?.[place])));
  return (
    <main className="field-duty">
      {drawn('over')}
      {drawn('top')}
      {drawn('row')}
      {drawn('strip')}
      {drawn('card')}
      {drawn('main')}
      <div className="field-bottom">{drawn('foot')}</div>
    </main>
  );
}
