import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { alertClasses } from '../../../src-shared/alerts/alertKinds.ts';
import { siteTypes } from '../../../src-shared/cameras/cameras.protocol.ts';
import { mapColours } from './mapColours.ts';
import { badgeUrl, cardUrl, siteCardNames, siteIconUrl } from './mapIcons.ts';
import type { MapStore } from './mapStore.ts';

/** The meaning of the shapes, with the number of open alerts of each class. */
export function MapLegend({ store }: { store: MapStore }) {
  const { t } = useTranslation();
  const counts = useStore(
    store,
    useShallow(({ alerts }) => {
      const open = [0, 0, 0];
      for (const { class: alertClass } of alerts.values())
        open[alertClass - 1] = (open[alertClass - 1] ?? 0) + 1;
      return open;
    }),
  );
  const cards = useStore(
    store,
    useShallow((state) =>
      siteCardNames.map((card) => [...state.cards.values()].filter((one) => one === card).length),
    ),
  );
  // A screen of the wall does not receive the health of cameras.
  const knowsHealth = useStore(store, (state) => state.health.size > 0);
  const pictures = useMemo(
    () => ({
      classes: new Map(alertClasses.map((alertClass) => [alertClass, badgeUrl(alertClass)])),
      types: new Map(siteTypes.map((type) => [type, siteIconUrl(type, 'ok')])),
      cards: new Map(siteCardNames.map((card) => [card, cardUrl(card)])),
      partly: siteIconUrl('restaurant', 'partly'),
      down: siteIconUrl('restaurant', 'down'),
      none: siteIconUrl('restaurant', 'none'),
    }),
    [],
  );
  return (
    <div className="map-legend">
      <ul className="map-legend-classes">
        {alertClasses.map((alertClass) => (
          <li key={alertClass} data-class={alertClass}>
            <img src={pictures.classes.get(alertClass)} alt="" />
            {t(`alerts.class.${alertClass}`)} <strong>{counts[alertClass - 1]}</strong>
          </li>
        ))}
        {siteCardNames.map((card, index) => (
          <li key={card} data-card={card}>
            <img src={pictures.cards.get(card)} alt="" />
            {t(`findings.card.${card}`)} <strong>{cards[index]}</strong>
          </li>
        ))}
      </ul>
      <ul>
        {siteTypes.map((type) => (
          <li key={type}>
            <img src={pictures.types.get(type)} alt="" />
            {t(`siteType.${type}`)}
          </li>
        ))}
        {knowsHealth && (
          <>
            <li>
              <img src={pictures.partly} alt="" />
              {t('map.condition.partly')}
            </li>
            <li>
              <img src={pictures.down} alt="" />
              {t('map.condition.down')}
            </li>
            <li>
              <img src={pictures.none} alt="" />
              {t('map.condition.none')}
            </li>
          </>
        )}
      </ul>
      <p className="map-legend-shades">
        {mapColours.districtShades.map((colour) => (
          <span key={colour} style={{ backgroundColor: colour }} />
        ))}
        {t('map.shades')}
      </p>
    </div>
  );
}
