import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { NameForm } from '../../ui/desk/NameForm.tsx';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { EndedEmergencies } from './EndedEmergencies.tsx';
import { HomeDistrictsForm } from './HomeDistrictsForm.tsx';
import { MemberRow } from './MemberRow.tsx';
import type { SquadsActions } from './squadsActions.ts';
import { rosterOf, type SquadsStore } from './squadsStore.ts';
import { squadName } from './squadWords.ts';
import type { TimeFormat } from '../../ui/times.ts';
import './squads.css';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';

/** What is set on the server so that locked phones ring. */
const contactSetting = 'MINGCHU_PUSH_CONTACT';

export interface SquadsPanelProps {
  store: SquadsStore;
  actions: SquadsActions;
  times: TimeFormat;
  nowMs: number;
  enabled: boolean;
  /** Members who speak at this moment. */
  speaking: ReadonlySet<string>;
  /** Chooses the squad's talk group to speak in. */
  onTalk(squadId: string): void;
}

/** All squads with their members: who is on duty, where, the time since the last contact, and who speaks. */
export function SquadsPanel(props: SquadsPanelProps) {
  const { store, actions, nowMs, enabled, speaking, onTalk } = props;
  const { t, i18n } = useTranslation();
  const state = useStore(store);
  const [editing, setEditing] = useState<string | undefined>();
  const roster = rosterOf(state);
  return (
    <div className="desk-page squads-page">
      <h1>{t('squads.title')}</h1>
      {state.lacksPushContact && (
        <p className="desk-not-normal squads-lacks">
          {t('squads.lacksPushContact', { setting: contactSetting })}
        </p>
      )}
      {roster.length === 0 && <p className="desk-dim">{t('squads.none')}</p>}
      <div className="squads-list">
        {roster.map(({ squad, members }) => (
          <section key={squad.squadId} className="squad" data-squad-id={squad.squadId}>
            <header>
              <h2>{squadName(squad, i18n.language)}</h2>
              <span className="desk-dim">
                {t('squads.connected', {
                  connected: members.filter(({ isConnected }) => isConnected).length,
                  count: members.length,
                })}
              </span>
              {squad.homeDistricts !== undefined && (
                <span className="desk-dim squad-home" data-squad-home>
                  {squad.homeDistricts.map((one) => t(`district.${one}`)).join(t('orders.listComma'))}
                </span>
              )}
              <span className="squad-buttons">
                <Button size="compact-sm" onClick={() => onTalk(squad.squadId)}>
                  {t('squads.talk')}
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  aria-pressed={editing === squad.squadId}
                  onClick={() => setEditing(editing === squad.squadId ? undefined : squad.squadId)}
                >
                  {t('squads.edit')}
                </Button>
              </span>
            </header>
            {members.map((member) => (
              <MemberRow
                key={member.memberId}
                member={member}
                positionAtMs={state.positions.get(member.memberId)?.atMs}
                isInEmergency={state.emergencies.some(({ memberId }) => memberId === member.memberId)}
                isSpeaking={speaking.has(member.memberId)}
                isChosen={state.memberId === member.memberId}
                nowMs={nowMs}
                onChoose={() => actions.choose(member.memberId)}
              />
            ))}
            {members.length === 0 && <p className="desk-dim squad-empty">{t('squads.noMembers')}</p>}
            {editing === squad.squadId && (
              <EditSquad
                squad={squad}
                isEmpty={members.length === 0}
                actions={actions}
                enabled={enabled}
                onDone={() => setEditing(undefined)}
              />
            )}
          </section>
        ))}
      </div>
      <May asks="squads:saveSquad">
        <NameForm
          label={t('squads.newSquad')}
          button={t('squads.add')}
          enabled={enabled}
          onName={(name) => actions.saveSquad({ name, startsBodyCamInEmergency: true })}
        />
      </May>
      <EndedEmergencies {...props} />
    </div>
  );
}

function EditSquad({
  squad,
  isEmpty,
  actions,
  enabled,
  onDone,
}: {
  squad: Squad;
  isEmpty: boolean;
  actions: SquadsActions;
  enabled: boolean;
  onDone(): void;
}) {
  const { t } = useTranslation();
  const { squadId, name, startsBodyCamInEmergency, homeDistricts = [] } = squad;
  return (
    <div className="squad-edit">
      <May asks="squads:saveMember">
        <NameForm
          label={t('squads.newMember')}
          button={t('squads.add')}
          enabled={enabled}
          onName={(memberName) => actions.saveMember({ squadId, name: memberName })}
        />
      </May>
      <May asks="squads:saveSquad">
        <NameForm
          label={t('squads.squadName')}
          button={t('squads.rename')}
          enabled={enabled}
          initial={name}
          onName={(next) => actions.saveSquad({ squadId, name: next, startsBodyCamInEmergency })}
        />
      </May>
      <May asks="squads:saveSquad">
        <Checkbox
          label={t('squads.automaticBodyCam')}
          checked={startsBodyCamInEmergency}
          disabled={!enabled}
          onChange={(event) =>
            void actions.saveSquad({ squadId, name, startsBodyCamInEmergency: event.currentTarget.checked })
          }
        />
      </May>
      <May asks="squads:saveSquad">
        <HomeDistrictsForm
          key={homeDistricts.join('\n')}
          initial={homeDistricts}
          enabled={enabled}
          onHome={(next) =>
            actions.saveSquad({ squadId, name, startsBodyCamInEmergency, homeDistricts: next })
          }
        />
      </May>
      <div className="desk-row">
        <RemoveKey
          asks="squads:removeSquad"
          disabled={!enabled || !isEmpty}
          title={isEmpty ? undefined : t('squads.removeFirst')}
          onRemove={() => void actions.removeSquad(squadId)}
        >
          {t('squads.removeSquad')}
        </RemoveKey>
        <Button onClick={onDone}>{t('dialog.close')}</Button>
      </div>
    </div>
  );
}
