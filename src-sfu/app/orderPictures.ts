import { createOrderPictures } from '../features/orders/orderPictures.ts';
import type { AlertsFeature } from './alerts.ts';
import type { AttachmentsFeature } from './attachments.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';

/** The picture of an alert is with the order that comes from it, for everybody who may see the order. */
export function createOrderPicturesFeature(
  { logger, nowMs }: Pick<Drivers, 'logger' | 'nowMs'>,
  parts: {
    alerts: Pick<AlertsFeature, 'alertPlace' | 'pictureOf' | 'onPictureReady'>;
    cameras: Pick<CamerasFeature, 'directory'>;
    orders: Pick<OrdersFeature, 'openOrders' | 'onOrderChanged'>;
    attachments: Pick<AttachmentsFeature, 'addFromHub'>;
  },
): HubFeature {
  const { alerts, cameras, orders, attachments } = parts;
  const pictures = createOrderPictures({
    pictureOf: alerts.pictureOf,
    async cameraOf(alertId) {
      const cameraId = (await alerts.alertPlace(alertId))?.place?.cameraId ?? '';
      return { cameraId, cameraName: cameras.directory.camera(cameraId)?.name ?? cameraId };
    },
    add: (id, jpeg, picture) => attachments.addFromHub({ kind: 'order', id }, jpeg, picture),
    open: orders.openOrders,
    logger,
    nowMs,
  });
  orders.onOrderChanged(pictures.changed);
  alerts.onPictureReady(pictures.alertPictured);
  return { handlers: {}, start: pictures.begin, close: pictures.close };
}
