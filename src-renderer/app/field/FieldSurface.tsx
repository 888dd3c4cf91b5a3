import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { BodyCamCard, BodyCamKey } from '../../features/field/BodyCam.tsx';
import { EmergencyCard } from '../../features/field/EmergencyCard.tsx';
import { EmergencyKey } from '../../features/field/EmergencyKey.tsx';
import { FieldStrips } from '../../features/field/FieldStrips.tsx';
import { PositionRow } from '../../features/field/PositionRow.tsx';
import { SignInForm } from '../../features/field/SignInForm.tsx';
import { StatusKeys } from '../../features/field/StatusKeys.tsx';
import { GroupChooser } from '../../features/talk/GroupChooser.tsx';
import { TalkKey } from '../../features/talk/TalkKey.tsx';
import { TalkLine } from '../../features/talk/TalkLine.tsx';
import { ConnectionMessage } from '../shared/ConnectionMessage.tsx';
import { FieldBar } from './FieldBar.tsx';
import type { FieldSession } from './FieldSession.ts';
import type { SessionStore } from '../shared/sessionStore.ts';
import './field.css';

export interface FieldSurfaceProps {
  session: SessionStore;
  field: FieldSession;
}

/** A member's phone: signed in, it is one page with three large things; else it asks for a code. */
export function FieldSurface({ session, field }: FieldSurfaceProps) {
  const isSignedIn = useStore(field.field, (state) => state.isSignedIn);
  const link = useStore(session, (state) => state.link);
  const everJoined = useStore(session, (state) => state.everJoined);
  const isAside = useStore(field.field, (state) => state.isAside);
  const [isMenuOpen, setMenuOpen] = useState(false);
  if (isAside) return <AsidePage />;
  return (
    <div className="field" onPointerDownCapture={() => field.touched()}>
      <FieldBar session={session} field={field} isMenuOpen={isMenuOpen} onMenu={setMenuOpen} />
      {isSignedIn && <DutyPage session={session} field={field} />}
      {!isSignedIn && link.state === 'refused' && <ConnectionMessage session={session} />}
      {!isSignedIn && link.state !== 'refused' && (
        <SignInForm
          store={field.field}
          isConnected={link.state === 'joined' || (everJoined && link.state !== 'lost')}
          onType={(code) => field.typeCode(code)}
          onSignIn={() => void field.signIn()}
        />
      )}
    </div>
  );
}

/** Another page of this phone is open since. */
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

function DutyPage({ session, field }: { session: SessionStore; field: FieldSession }) {
  const { t } = useTranslation();
  const nowMs = useStore(session, (state) => state.nowMs);
  const squads = useStore(field.field, (state) => state.squads);
  const language = useTranslation().i18n.language;
  const groupName = (groupId: string): string => {
    if (groupId === 'all') return t('talk.groups.all');
    if (groupId.startsWith('private:')) return t('talk.groups.centre');
    const squad = squads.find(({ squadId }) => `squad:${squadId}` === groupId);
    if (squad === undefined) return t('talk.groups.squad');
    return language === 'en' ? (squad.nameEn ?? squad.name) : squad.name;
  };
  return (
    <main className="field-duty">
      <EmergencyCard store={field.field} onDismiss={() => field.emergency.dismiss()} />
      <StatusKeys store={field.field} onStatus={(status) => field.setStatus(status)} />
      <PositionRow store={field.field} nowMs={nowMs} onShare={(isShared) => field.sharePosition(isShared)} />
      <FieldStrips store={field.field} />
      <BodyCamCard
        store={field.field}
        onStart={() => field.startCamera()}
        onDecline={() => field.declineCamera()}
        attachPreview={(element) => field.media.attachPreview(element)}
      />
      <div className="field-talk">
        <GroupChooser store={field.talk} groupName={groupName} onChoose={(id) => field.chooseGroup(id)} />
        <TalkLine store={field.talk} groupName={groupName} nowMs={nowMs} gesture="tap" />
        <div className="field-talk-place">
          <TalkKey store={field.talk} hold={field.talkHold} nowMs={nowMs} gesture="tap" />
        </div>
      </div>
      <div className="field-bottom">
        <BodyCamKey
          store={field.field}
          onStart={() => field.startCamera()}
          onStop={() => field.stopCamera()}
        />
        <EmergencyKey store={field.field} hold={field.emergencyHold} />
      </div>
    </main>
  );
}
