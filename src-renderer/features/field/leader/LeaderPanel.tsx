import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Member } from '../../../../src-shared/squads/squads.protocol.ts';
import { refusalText } from '../../../ui/refusalText.ts';
import { statusWords } from '../../../ui/statusWords.ts';
import type { LeaderActions } from './leaderActions.ts';
import { squadOnDuty, type LeaderStore } from './leaderStore.ts';
import { SquadOrder } from './SquadOrder.tsx';
import './leader.css';

export interface LeaderPanelProps {
  store: LeaderStore;
  actions: LeaderActions;
  nowMs: number;
}

/** One line of a leader's page: how many are on duty, and the key that opens the page of the squad. */
export function LeaderRow({ store }: Pick<LeaderPanelProps, 'store'>) {
  const { t } = useTranslation();
  const { squadId, members, orders } = useStore(store);
  if (squadId === undefined) return null;
  return (
    <div className="field-row" data-leader>
      <span className="field-row-words">
        {t('field.leader.onDuty', { onDuty: squadOnDuty({ members }).onDuty, size: members.size })}
        {orders.length > 0 && ` · ${t('field.leader.orders', { count: orders.length })}`}
      </span>
      <button type="button" className="field-switch" onClick={() => store.setState({ isOpen: true })}>
        {t('field.leader.open')}
      </button>
    </div>
  );
}

/** The squad, over the page: its members and where they are, its duty, and its orders. */
export function LeaderPanel({ store, actions, nowMs }: LeaderPanelProps) {
  const { t } = useTranslation();
  const { squadId, members, positions, orders, isOpen, refused, conflict } = useStore(store);
  if (squadId === undefined || !isOpen) return null;
  const { members: squad, onDuty } = squadOnDuty({ members });
  return (
    <section className="field-order-over" aria-label={t('field.leader.title')} data-leader-page>
      <div className="field-order-scroll">
        <h2>{t('field.leader.title')}</h2>
        <p className="field-quiet">{t('field.leader.onDuty', { onDuty, size: squad.length })}</p>
        {refused !== undefined && (
          <p className="field-strip field-strip--wrong" role="alert">
            {refusalText(refused, t)}
          </p>
        )}
        {conflict !== undefined && (
          <button
            type="button"
            className="field-switch"
            data-lead-again
            onClick={() => void actions.leadAgain()}
          >
            {t('field.leader.again')}
          </button>
        )}
        {orders.map((order) => (
          <SquadOrder
            key={order.orderId}
            order={order}
            squadId={squadId}
            members={members}
            nowMs={nowMs}
            actions={actions}
          />
        ))}
        <ul className="field-squad">
          {squad.map((member) => (
            <li key={member.memberId} data-squad-member={member.memberId}>
              <span className="field-squad-name">{member.name}</span>
              <span>{statusWords(t)[member.duty.status]}</span>
              <span className="field-quiet">{whereWords(positions.get(member.memberId)?.atMs)}</span>
              <span className="field-squad-keys">
                <DutyKey member={member} actions={actions} />
                <PictureKey member={member} actions={actions} />
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div className="field-order-keys">
        <button type="button" className="field-key" onClick={() => store.setState({ isOpen: false })}>
          {t('field.orders.back')}
        </button>
        <button
          type="button"
          className="field-key"
          data-lead-duty={onDuty === 0 ? 'on' : 'off'}
          onClick={() => void actions.leadDuty(onDuty === 0)}
        >
          {t(onDuty === 0 ? 'field.leader.allOn' : 'field.leader.allOff')}
        </button>
        {onDuty > 0 && onDuty < squad.length && (
          <button
            type="button"
            className="field-key"
            data-lead-duty="on"
            onClick={() => void actions.leadDuty(true)}
          >
            {t('field.leader.allOn')}
          </button>
        )}
      </div>
    </section>
  );

  function whereWords(atMs: number | undefined): string {
    if (atMs === undefined) return t('field.leader.nowhere');
    return t('field.leader.position', { minutes: Math.max(0, Math.floor((nowMs - atMs) / 60_000)) });
  }
}

function DutyKey({ member, actions }: { member: Member; actions: LeaderActions }) {
  const { t } = useTranslation();
  const isOff = member.duty.status === 'off_duty';
  return (
    <button
      type="button"
      className="field-switch"
      aria-label={t(isOff ? 'field.leader.onOf' : 'field.leader.offOf', { name: member.name })}
      onClick={() => void actions.leadDuty(isOff, member.memberId)}
    >
      {t(isOff ? 'field.leader.on' : 'field.leader.off')}
    </button>
  );
}

/** Asks for the member's body cam, which the command centre then sees; or ends it. */
function PictureKey({ member, actions }: { member: Member; actions: LeaderActions }) {
  const { t } = useTranslation();
  const { memberId, name, bodyCam, isConnected } = member;
  const isOff = bodyCam.state === 'off';
  return (
    <button
      type="button"
      className="field-switch"
      disabled={isOff && !isConnected}
      aria-label={t(isOff ? 'field.leader.pictureOf' : 'field.leader.endPictureOf', { name })}
      onClick={() => void (isOff ? actions.askForPicture(memberId) : actions.endPicture(memberId))}
    >
      {t(isOff ? 'field.leader.picture' : 'field.leader.endPicture')}
    </button>
  );
}
