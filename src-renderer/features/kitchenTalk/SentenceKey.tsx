import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { sentenceFor, type DeskSentences } from './deskSentences.ts';
import './kitchenTalk.css';

/** The key that has the stored sentence for a kind of alert said into the kitchen of a camera; nothing where none is stored. */
export function SentenceKey({
  actions,
  cameraId,
  kindId,
}: {
  actions: DeskSentences;
  cameraId: string;
  kindId: string;
}) {
  const { t, i18n } = useTranslation();
  const { sentences, playing, played, playProblem } = useStore(actions.store);
  const sentence = sentenceFor(sentences, kindId, i18n.language);
  if (sentence === undefined) return null;
  const isHere = playing?.cameraId === cameraId;
  return (
    <section
      className="kitchen-talk kitchen-talk--brief"
      aria-label={t('kitchenTalk.sentences.title')}
      data-kitchen-sentence={isHere ? (playing.isHeard ? 'playing' : 'opening') : 'quiet'}
    >
      <div className="kitchen-talk-row">
        <May asks="kitchenTalk:play">
          <button
            type="button"
            className="kitchen-talk-key"
            disabled={playing !== undefined && !isHere}
            onClick={() => {
              if (isHere) actions.stopPlaying();
              else void actions.play(cameraId, sentence);
            }}
          >
            {isHere
              ? playing.isHeard
                ? t('kitchenTalk.stopPlaying', { name: playing.name })
                : t('kitchenTalk.playOpening')
              : t('kitchenTalk.play', { name: sentence.name })}
          </button>
        </May>
        {!isHere && playProblem !== undefined && (
          <span className="desk-not-normal" role="alert">
            {refusalText(playProblem, t)}
          </span>
        )}
        {!isHere && played?.cameraId === cameraId && (
          <span className="desk-dim" role="status">
            {t('kitchenTalk.played', { name: played.name })}
          </span>
        )}
      </div>
    </section>
  );
}
