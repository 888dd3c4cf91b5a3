import { useTranslation } from 'react-i18next';
import type { CameraHealth } from '../../../src-shared/cameras/cameras.protocol.ts';
import { StateMark } from '../../ui/tile/StateMark.tsx';
import type { TileStateKind } from '../../ui/tile/tileState.ts';

const shapes: Record<CameraHealth['condition'], TileStateKind> = {
  unknown: 'connecting',
  online: 'live',
  offline: 'offline',
  frozen: 'frozen',
  unauthorized: 'unauthorized',
  unsupported: 'unsupported',
};

/** The condition of a camera, by shape and word; only a fault has a colour. */
export function ConditionMark({ condition }: { condition: CameraHealth['condition'] }) {
  const { t } = useTranslation();
  const normal = condition === 'online' || condition === 'unknown';
  return (
    <span className={normal ? 'condition' : 'condition condition--wrong'}>
      <StateMark kind={shapes[condition]} />
      {t(`condition.${condition}`)}
    </span>
  );
}
