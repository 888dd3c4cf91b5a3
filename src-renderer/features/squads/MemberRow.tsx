import { useTranslation } from 'react-i18next';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import { statusWords } from '../../ui/statusWords.ts';
import { agoText, checkInText, phoneEndText, phoneText } from './squadWords.ts';

export interface MemberRowProps {
  member: Member;
  /** When the last position was measured, while one is shared. */
  positionAtMs: number | undefined;
  isInEmergency: boolean;
  isSpeaking: boolean;
  isChosen: boolean;
  nowMs: number;
  onChoose(): void;
}

/** One member in one line: name, status, phone, and the time since the last contact. */
export function MemberRow(props: MemberRowProps) {
  const { member, positionAtMs, isInEmergency, isSpeaking, isChosen, nowMs, onChoose } = props;
  const { t } = useTranslation();
  const { memberId, name, duty, bodyCam, isConnected, phoneState, isLeader } = member;
  const checkIn = checkInText(member, nowMs, t);
  const phoneEnds = phoneEndText(member, nowMs, t);
  const marks = [
    isLeader === true ? t('squads.leader') : undefined,
    isSpeaking ? t('squads.speaking') : undefined,
    bodyCam.state === 'live' ? t('bodycam.live') : undefined,
    bodyCam.state === 'asked' ? t('bodycam.asked') : undefined,
    bodyCam.state === 'lost' ? t('bodycam.lost') : undefined,
  ].filter((mark) => mark !== undefined);
  return (
    <button
      type="button"
      className={`member-row${isInEmergency ? ' member-row--emergency' : ''}${isConnected ? '' : ' member-row--away'}`}
      data-member-id={memberId}
      data-status={duty.status}
      aria-pressed={isChosen}
      onClick={onChoose}
    >
      <span className="member-name">{name}</span>
      <span className="member-status">{statusWords(t)[duty.status]}</span>
      <span className="member-marks">
        {isInEmergency && <strong className="member-sos">SOS</strong>}
        {marks.join(' · ')}
      </span>
      <span className="member-more">
        {phoneText(member, nowMs, t)}
        {phoneEnds !== undefined && ` · ${phoneEnds}`}
        {phoneState?.batteryLevel !== undefined &&
          ` · ${t('squads.battery', { percent: Math.round(phoneState.batteryLevel * 100) })}`}
        {positionAtMs !== undefined &&
          ` · ${t('squads.position', { ago: agoText(nowMs - positionAtMs, t) })}`}
      </span>
      {checkIn !== undefined && (
        <span className={`member-age member-age--${checkIn.age}`} data-check-in={checkIn.age}>
          {checkIn.words}
        </span>
      )}
    </button>
  );
}
