import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { mayChangeStatus, memberStatuses } from '../../../src-shared/squads/memberStatus.ts';
import { statusWords } from '../../ui/statusWords.ts';
import { knownSkills } from '../../../src-shared/squads/skills.ts';
import { SkillsForm } from './SkillsForm.tsx';
import type { SquadsActions } from './squadsActions.ts';
import type { SquadsStore } from './squadsStore.ts';
import { NameForm } from '../../ui/desk/NameForm.tsx';
import { agoText, checkInText, phoneEndText, phoneText, squadName } from './squadWords.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';

export interface MemberCardProps {
  store: SquadsStore;
  memberId: string;
  actions: SquadsActions;
  nowMs: number;
  enabled: boolean;
  /** Speaks to this member alone. */
  onPrivateCall(memberId: string): void;
  /** The buttons of the member's body cam. */
  bodyCam: ReactNode;
  /** The member's recorders, while the member is edited. */
  recorders: ReactNode;
  /** The buttons of the picture, while it is shown. */
  children?: ReactNode;
}

/** One member: status, phone, place, and what the command centre can do. */
export function MemberCard(props: MemberCardProps) {
  const { store, memberId, actions, nowMs, enabled, onPrivateCall, bodyCam, recorders, children } = props;
  const { t, i18n } = useTranslation();
  const { squads, members, positions } = useStore(store);
  const [isEditing, setEditing] = useState(false);
  const member = members.get(memberId);
  if (member === undefined) {
    return (
      <section className="desk-section">
        <p>{t('squads.gone')}</p>
      </section>
    );
  }
  const { name, squadId, duty, phone, isConnected, phoneState, isLeader = false, skills = [] } = member;
  const squad = squads.find((one) => one.squadId === squadId);
  const position = positions.get(memberId);
  const checkIn = checkInText(member, nowMs, t);
  const phoneEnds = phoneEndText(member, nowMs, t);
  const words = statusWords(t);
  return (
    <>
      <section className="desk-section" data-member-card={memberId}>
        <h2>{squadName(squad, i18n.language)}</h2>
        <p className="site-card-name">
          {name}
          {isLeader && ` · ${t('squads.leader')}`}
        </p>
        <dl className="desk-facts">
          <dt>{t('squads.status')}</dt>
          <dd>
            {words[duty.status]} · {agoText(nowMs - duty.sinceMs, t)}
          </dd>
          {checkIn !== undefined && (
            <>
              <dt>{t('squads.heard')}</dt>
              <dd className={`member-age member-age--${checkIn.age}`}>
                {duty.checkedInAtMs === undefined ? checkIn.words : agoText(nowMs - duty.checkedInAtMs, t)}
              </dd>
            </>
          )}
          {skills.length > 0 && (
            <>
              <dt>{t('squads.skills')}</dt>
              <dd data-member-skills>{skills.join(t('orders.listComma'))}</dd>
            </>
          )}
          <dt>{t('squads.phoneTitle')}</dt>
          <dd>{phoneText(member, nowMs, t)}</dd>
          {phone?.lastUsedAtMs !== undefined && (
            <>
              <dt>{t('squads.phone.lastUse')}</dt>
              <dd data-phone-use>
                {isConnected
                  ? t('squads.phone.inUse')
                  : t('squads.phone.used', { ago: agoText(nowMs - phone.lastUsedAtMs, t) })}
                {phone.address !== undefined && ` · ${phone.address}`}
                {phoneEnds !== undefined && (
                  <strong className="member-age member-age--amber" data-phone-ends>
                    {` · ${phoneEnds}`}
                  </strong>
                )}
              </dd>
            </>
          )}
          {phoneState?.batteryLevel !== undefined && (
            <>
              <dt>{t('squads.batteryTitle')}</dt>
              <dd>
                {t('squads.battery', { percent: Math.round(phoneState.batteryLevel * 100) })}
                {phoneState.isCharging === true && ` · ${t('squads.charging')}`}
              </dd>
            </>
          )}
          {phoneState?.roundTripMs !== undefined && (
            <>
              <dt>{t('squads.network')}</dt>
              <dd>
                {phoneState.network === undefined ? '' : `${phoneState.network} · `}
                {t('squads.roundTrip', { ms: Math.round(phoneState.roundTripMs) })}
              </dd>
            </>
          )}
          <dt>{t('squads.positionTitle')}</dt>
          <dd>
            {position === undefined
              ? t('squads.notShared')
              : `${position.latitude.toFixed(5)}, ${position.longitude.toFixed(5)} · ${agoText(nowMs - position.atMs, t)}`}
          </dd>
        </dl>
        <div className="desk-row">
          <May asks="talk:requestFloor">
            <Button disabled={!enabled || !isConnected} onClick={() => onPrivateCall(memberId)}>
              {t('squads.privateCall')}
            </Button>
          </May>
          {bodyCam}
        </div>
        {children}
      </section>
      <section className="desk-section">
        <h2>{t('squads.order')}</h2>
        <div className="desk-row">
          <May asks="squads:setStatus">
            {memberStatuses.map((status) => (
              <Button
                key={status}
                size="compact-sm"
                variant={status === duty.status ? 'filled' : 'default'}
                aria-pressed={status === duty.status}
                disabled={!enabled || !mayChangeStatus(duty.status, status, 'centre')}
                onClick={() => void actions.setStatus(memberId, status)}
              >
                {words[status]}
              </Button>
            ))}
          </May>
        </div>
      </section>
      <section className="desk-section">
        <h2>{t('squads.phoneTitle')}</h2>
        <div className="desk-row">
          <May asks="squads:makeSignInCode">
            <Button disabled={!enabled} onClick={() => void actions.showCode(memberId)}>
              {t('squads.makeCode')}
            </Button>
          </May>
          {phone !== undefined && (
            <May asks="squads:revokePhone">
              <Button disabled={!enabled} onClick={() => void actions.revokePhone(memberId)}>
                {t('squads.revoke')}
              </Button>
            </May>
          )}
          <Button
            variant="subtle"
            color="gray"
            aria-expanded={isEditing}
            onClick={() => setEditing(!isEditing)}
          >
            {t('squads.edit')}
          </Button>
        </div>
        {isEditing && (
          <>
            <May asks="squads:saveMember">
              <NameForm
                key={name}
                label={t('squads.memberName')}
                button={t('squads.rename')}
                enabled={enabled}
                initial={name}
                onName={(next) => actions.saveMember({ memberId, squadId, name: next })}
              />
            </May>
            <May asks="squads:saveMember">
              <SkillsForm
                key={`skills ${skills.join('\n')}`}
                initial={skills}
                known={knownSkills(members.values())}
                enabled={enabled}
                onSkills={(next) => actions.saveMember({ memberId, squadId, name, skills: next })}
              />
            </May>
            <May asks="squads:setLeader">
              <Button disabled={!enabled} onClick={() => void actions.setLeader(memberId, !isLeader)}>
                {t(isLeader ? 'squads.endLeader' : 'squads.makeLeader')}
              </Button>
            </May>
            {recorders}
            <div className="desk-row">
              <RemoveKey
                asks="squads:removeMember"
                disabled={!enabled}
                onRemove={() => void actions.removeMember(memberId)}
              >
                {t('squads.removeMember')}
              </RemoveKey>
            </div>
          </>
        )}
      </section>
    </>
  );
}
