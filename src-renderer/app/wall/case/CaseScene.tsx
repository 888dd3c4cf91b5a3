import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bodyCamMemberId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import { placeName } from '../../../../src-shared/orders/orders.protocol.ts';
import type { Tile } from '../../../../src-shared/wall/wall.protocol.ts';
import type { CaseView } from '../../../../src-shared/wall/wallCase.ts';
import { MapPanel } from '../../../features/map/MapPanel.tsx';
import type { InsetStore } from '../../../features/map/insetStore.ts';
import type { AlertMarksStore } from '../../../features/alerts/alertMarks.ts';
import { memberOf, squadOf, type OrderPeople } from '../../../features/orders/orderWords.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import { SpotlightOver } from '../../../features/wall/SpotlightOver.tsx';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import { CameraTile, type Pictures } from '../../../ui/tile/CameraTile.tsx';
import type { TileState } from '../../../ui/tile/tileState.ts';
import { durationText } from '../../../ui/times.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import { WallTileAlert } from '../alerts/WallTileAlert.tsx';
import type { WallMap } from '../map/wallMapFeed.ts';
import type { CaseStore } from './caseStore.ts';
import './caseScene.css';

export interface CaseSceneProps {
  session: SessionStore;
  wallStore: WallStore;
  cases: CaseStore;
  squads: SquadsStore;
  marks: AlertMarksStore;
  inset: InsetStore;
  receiver: Pictures;
  wallMap: WallMap;
}

const connecting: TileState = { kind: 'connecting' };

/** One order on the whole screen: the kitchen, the body cams of those who go, the map, the timers and the steps. */
export default function CaseScene(props: CaseSceneProps) {
  const { session, wallStore, cases, squads, marks, inset, receiver, wallMap } = props;
  const { t } = useTranslation();
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const caseOf = useStore(wallStore, (state) => state.wall?.caseOf);
  const tiles = useStore(wallStore, (state) => state.wall?.tiles);
  const known = useStore(cases, (state) => state.wallCase);
  const members = useStore(squads, (state) => state.members);
  const all = useStore(squads, (state) => state.squads);
  const people: OrderPeople = { members, squads: all };
  const wallCase = known?.orderId === caseOf ? known : undefined;
  const pictures = (tiles ?? []).filter(({ spotlight }) => spotlight === undefined);
  const bodies = pictures.filter(({ tileId }) => tileId.startsWith('case-body-'));
  const kitchen = pictures.find(({ tileId }) => tileId === 'case-kitchen');
  return (
    <div className="case" data-case-of={caseOf}>
      <CaseHead wallCase={wallCase} people={people} nowMs={nowMs} />
      <div className="case-pictures">
        {kitchen !== undefined && (
          <CasePicture {...props} tile={kitchen} words={t('case.noKitchen')} title={t('case.kitchen')} />
        )}
        {bodies.length === 0 && <p className="case-empty">{t('case.nobody')}</p>}
        {bodies.map((tile) => {
          const memberId = tile.tileId.slice('case-body-'.length);
          const member = members.get(memberId);
          const words =
            member?.bodyCam.state === 'asked'
              ? t('orders.live.picture.asked')
              : t(member?.isConnected === true ? 'orders.live.picture.off' : 'orders.live.picture.away');
          return (
            <CasePicture
              key={tile.tileId}
              {...props}
              tile={tile}
              words={words}
              title={memberOf(bodyCamMemberId(tile.camera?.cameraId ?? '') ?? memberId, people, t)}
            />
          );
        })}
      </div>
      <div className="case-lower">
        <MapPanel store={wallMap.store} points={wallMap.points} variant="case" onMap={wallMap.setMap} />
        <CaseSteps wallCase={wallCase} people={people} timeOfDay={times.timeOfDay} />
      </div>
      <SpotlightOver
        store={wallStore}
        pictures={receiver}
        times={times}
        around={(tile) => (
          <WallTileAlert tile={tile} marks={marks} times={times} inset={inset} withInset={false} />
        )}
      />
    </div>
  );
}

function CaseHead({
  wallCase,
  people,
  nowMs,
}: {
  wallCase: CaseView | undefined;
  people: OrderPeople;
  nowMs: number;
}) {
  const { t, i18n } = useTranslation();
  if (wallCase === undefined) return <header className="case-head">{t('orders.reading')}</header>;
  const { number, place, kind, priority, state, squadId, createdAtMs, dueAtMs } = wallCase;
  const leftMs = dueAtMs === undefined ? undefined : dueAtMs - nowMs;
  return (
    <header className="case-head" data-case-state={state}>
      <strong className="case-number">{number}</strong>
      <span className="case-place">{placeName(place, i18n.language)}</span>
      <span>
        {t(`orders.kind.${kind}`)} · {t(`orders.priority.${priority}`)}
      </span>
      <strong className="case-state">
        {t(`orders.state.${state}`)}
        {squadId !== undefined && ` · ${squadOf(squadId, people, t, i18n.language)}`}
      </strong>
      <span className="case-timers">
        <span role="timer">{t('case.since', { clock: durationText(nowMs - createdAtMs) })}</span>
        {leftMs !== undefined && (
          <span role="timer" className={leftMs < 0 ? 'case-late' : undefined}>
            {t(leftMs < 0 ? 'orders.overdueFor' : 'orders.left', { clock: durationText(Math.abs(leftMs)) })}
          </span>
        )}
      </span>
    </header>
  );
}

/** A picture of the case, or in its place who or what it is of and why there is none. */
function CasePicture({
  session,
  wallStore,
  receiver,
  tile,
  words,
  title,
}: CaseSceneProps & { tile: Tile; words: string; title: string }) {
  const times = useStore(session, (state) => state.times);
  const state = useStore(wallStore, (wallState) => wallState.tileStates[tile.tileId]) ?? connecting;
  const { tileId, camera, stream, live } = tile;
  return (
    <section
      className="wall-tile case-picture"
      data-tile-id={tileId}
      data-tile-state={camera === undefined ? 'no_camera' : state.kind}
    >
      {camera === undefined ? (
        <p className="case-empty">
          <strong>{title}</strong>
          {words}
        </p>
      ) : (
        <CameraTile
          tileId={tileId}
          camera={camera}
          stream={stream}
          live={live}
          state={state}
          pictures={receiver}
          times={times}
        />
      )}
    </section>
  );
}

function CaseSteps({
  wallCase,
  people,
  timeOfDay,
}: {
  wallCase: CaseView | undefined;
  people: OrderPeople;
  timeOfDay(atMs: number): string;
}) {
  const { t, i18n } = useTranslation();
  return (
    <section className="case-steps">
      <h2>{t('orders.steps')}</h2>
      <ol>
        {(wallCase?.steps ?? []).toReversed().map((step, index) => (
          <li key={`${step.atMs} ${step.action} ${String(index)}`}>
            <time>{timeOfDay(step.atMs)}</time>
            <strong>{t(`orders.step.${step.action}`)}</strong>
            <span>
              {[
                step.squadId === undefined ? undefined : squadOf(step.squadId, people, t, i18n.language),
                (step.memberIds ?? [step.memberId ?? []].flat())
                  .map((memberId) => memberOf(memberId, people, t))
                  .join(t('orders.listComma')),
              ]
                .filter((part) => part !== undefined && part !== '')
                .join(' · ')}
            </span>
          </li>
        ))}
      </ol>
      {wallCase?.disposition !== undefined && (
        <p className="case-disposition">{t(`orders.disposition.${wallCase.disposition}`)}</p>
      )}
    </section>
  );
}
