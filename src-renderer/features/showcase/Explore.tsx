import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { siteTypes, type District, type SiteType } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { ShowcaseView } from '../../../src-shared/showcase/showcase.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { CityMap } from './CityMap.tsx';
import { Icon } from './icons.tsx';
import { KitchenPicture } from './KitchenPicture.tsx';
import type { ShowcasePictures } from './pictures.ts';
import { Quiz } from './Quiz.tsx';
import { explorePages, type ExplorePage, type PublicKitchen } from './showcaseStore.ts';

export interface ExploreProps {
  page: ExplorePage;
  view: Pick<ShowcaseView, 'city'>;
  kitchens: readonly PublicKitchen[];
  pictures: ShowcasePictures;
  times: Pick<TimeFormat, 'timeOfDay'>;
  /** The kitchen that comes first: another one in each round of the story. */
  firstKitchen: number;
  onTurn: (page: ExplorePage | undefined) => void;
  /** A control was pressed; the visit goes on. */
  onPress: (control: string) => void;
}

/** What visitors explore by touch. There is no way from here but to another page of it and back to the story. */
export function Explore(props: ExploreProps) {
  const { page, view, kitchens, onTurn, onPress } = props;
  const { t } = useTranslation();
  const [only, setOnly] = useState<KitchenChoice>({});
  const turn = (next: ExplorePage | undefined) => () => {
    onPress(`turn ${next ?? 'story'}`);
    setOnly({});
    onTurn(next);
  };
  /** Undefined where no such kitchen is public now. */
  const watchOf = (choice: KitchenChoice): (() => void) | undefined =>
    chosenKitchens(kitchens, choice).length === 0
      ? undefined
      : () => {
          onPress(`watch ${choice.district ?? ''} ${choice.siteType ?? ''}`);
          setOnly(choice);
          onTurn('kitchen');
        };
  return (
    <article className="showcase-explore" data-page={page}>
      <header>
        <h1>{t(page === 'home' ? 'showcase.explore.title' : `showcase.explore.${page}`)}</h1>
        <nav>
          {page !== 'home' && (
            <button type="button" onClick={turn('home')}>
              {t('showcase.back')}
            </button>
          )}
          <button type="button" onClick={turn(undefined)}>
            {t('showcase.close')}
          </button>
        </nav>
      </header>
      {page === 'home' && (
        <ul className="showcase-doors">
          {explorePages
            .filter((one) => one !== 'home')
            .map((one) => (
              <li key={one}>
                <button type="button" onClick={turn(one)} data-door={one}>
                  <Icon name={one} />
                  <span>{t(`showcase.explore.${one}`)}</span>
                </button>
              </li>
            ))}
        </ul>
      )}
      {page === 'districts' && <Districts view={view} onPress={onPress} watchOf={watchOf} />}
      {page === 'types' && <SiteTypes view={view} onPress={onPress} watchOf={watchOf} />}
      {page === 'kitchen' && <OneKitchen {...props} kitchens={chosenKitchens(kitchens, only)} />}
      {page === 'quiz' && <Quiz onPress={onPress} />}
    </article>
  );
}

/** Which kitchens somebody wants to watch; what is left out is any. */
type KitchenChoice = Partial<Pick<PublicKitchen, 'district' | 'siteType'>>;

function chosenKitchens(
  kitchens: readonly PublicKitchen[],
  { district, siteType }: KitchenChoice,
): readonly PublicKitchen[] {
  return kitchens.filter(
    (one) =>
      (district === undefined || one.district === district) &&
      (siteType === undefined || one.siteType === siteType),
  );
}

type PageProps = Pick<ExploreProps, 'view' | 'onPress'> & {
  watchOf: (choice: KitchenChoice) => (() => void) | undefined;
};

function WatchButton({
  onWatch,
  name,
}: {
  onWatch: (() => void) | undefined;
  name: 'watchHere' | 'watchKind';
}) {
  const { t } = useTranslation();
  return onWatch === undefined ? null : (
    <button type="button" data-watch onClick={onWatch}>
      {t(`showcase.explore.${name}`)}
    </button>
  );
}

function Districts({ view: { city }, onPress, watchOf }: PageProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<District>();
  const found = city?.byDistrict.find(({ district }) => district === chosen);
  const choose = (district: District): void => {
    onPress(`district ${district}`);
    setChosen(district);
  };
  return (
    <div className="showcase-mapscene">
      <CityMap city={city} chosen={chosen} onChoose={choose} />
      <section className="showcase-recent">
        <h2>{chosen === undefined ? t('showcase.explore.pick') : t(`district.${chosen}`)}</h2>
        {found !== undefined && (
          <>
            <p className="showcase-big">{t('showcase.explore.sites', { count: found.sites })}</p>
            <p>{t('showcase.explore.alerts', { count: found.alerts })}</p>
            <WatchButton onWatch={watchOf({ district: found.district })} name="watchHere" />
          </>
        )}
        <div className="showcase-chips">
          {city?.byDistrict.map(({ district }) => (
            <button
              key={district}
              type="button"
              aria-pressed={district === chosen}
              onClick={() => choose(district)}
            >
              {t(`district.${district}`)}
            </button>
          ))}
        </div>
      </section>
    </div>
  );
}

function SiteTypes({ view: { city }, onPress, watchOf }: PageProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<SiteType>();
  return (
    <div className="showcase-types">
      <ul>
        {siteTypes.map((siteType) => (
          <li key={siteType}>
            <button
              type="button"
              aria-pressed={siteType === chosen}
              onClick={() => {
                onPress(`type ${siteType}`);
                setChosen(siteType);
              }}
            >
              <b>{t(`siteType.${siteType}`)}</b>
              <span>
                {t('showcase.explore.sites', {
                  count: city?.bySiteType.find((one) => one.siteType === siteType)?.sites ?? 0,
                })}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status">
        {chosen === undefined ? t('showcase.explore.pickType') : t(`showcase.explore.typeText.${chosen}`)}
      </p>
      {chosen !== undefined && <WatchButton onWatch={watchOf({ siteType: chosen })} name="watchKind" />}
    </div>
  );
}

function OneKitchen({
  kitchens,
  pictures,
  times,
  firstKitchen,
  onPress,
}: Pick<ExploreProps, 'kitchens' | 'pictures' | 'times' | 'firstKitchen' | 'onPress'>) {
  const { t } = useTranslation();
  const [number, setNumber] = useState(firstKitchen);
  const [isThere, setIsThere] = useState(false);
  const kitchen = kitchens.length === 0 ? undefined : kitchens[number % kitchens.length];
  return (
    <div className="showcase-onekitchen">
      <KitchenPicture
        key={kitchen?.kitchenId ?? number}
        kitchen={kitchen}
        number={number}
        pictures={pictures}
        times={times}
        onPicture={setIsThere}
      />
      <div>
        <p>
          {kitchen === undefined
            ? t('showcase.explore.noneOnline')
            : t(isThere ? 'showcase.softened' : 'showcase.explore.waiting')}
        </p>
        <button
          type="button"
          onClick={() => {
            onPress(`kitchen ${number}`);
            setNumber(number + 1);
          }}
        >
          {t('showcase.explore.next')}
        </button>
      </div>
    </div>
  );
}
