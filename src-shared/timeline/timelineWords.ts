import type { TimelineEvent, TimelinePage } from './timeline.protocol.ts';

/** Looks a sentence up by its key and fills it in; `undefined` where there is none. The desk and the export have one each. */
export type Words = (key: string, parameters?: Record<string, string | number>) => string | undefined;

/** The words of an event: what happened, who did it, and everything else. */
export interface EventWords {
  what: string;
  who: string;
  detail: string;
}

/** Says an event in the words of one language; the same at the desk and in an export. */
export function eventWords(
  event: TimelineEvent,
  names: TimelinePage['names'],
  language: string,
  words: Words,
): EventWords {
  const nameOf = (id: string): string => {
    const known = Object.hasOwn(names, id) ? names[id] : undefined;
    return (language === 'en' ? known?.nameEn : undefined) ?? known?.name ?? id;
  };
  const { lane, what, actor, memberId, squadId, about, reason, text } = event;
  const concerned = event.memberIds ?? (memberId === undefined ? [] : [memberId]);
  // A person who acted, and is the only one concerned, is named once.
  const memberIds = concerned.length === 1 && concerned[0] === actor ? [] : concerned;
  const key = lane === 'order' ? `orders.step.${what}` : `timeline.what.${what}`;
  const who = actor === undefined ? '' : (words(namelessActors[actor] ?? '') ?? nameOf(actor));
  const details = [
    about === undefined ? undefined : aboutWords(about, nameOf, words),
    squadId === undefined || about === `squad:${squadId}` ? undefined : nameOf(squadId),
    memberIds.map(nameOf).join(words('orders.listComma') ?? ', '),
    reason === undefined ? undefined : reasonWords(what, reason, words),
    text,
  ];
  return {
    what: words(key) ?? what,
    who,
    detail: details.filter((part) => part !== undefined && part !== '').join(' · '),
  };
}

/** Who acts and is nobody in particular, by the key of the word for it. */
const namelessActors: Record<string, string> = { hub: 'orders.hub', public: 'seat.public' };

/** A talk group by its id, or a name. */
function aboutWords(about: string, nameOf: (id: string) => string, words: Words): string {
  const group = /^(squad|private|order):(.+)$/.exec(about);
  if (group === null) return about === 'all' ? (words('timeline.group.all') ?? about) : nameOf(about);
  const [, type = '', id = ''] = group;
  return words(`timeline.group.${type}`, { name: nameOf(id) }) ?? nameOf(id);
}

function reasonWords(what: string, reason: string, words: Words): string {
  const kind =
    what === 'cleared' ? 'disposition' : what === 'rejected' || what === 'declined' ? 'rejection' : undefined;
  if (kind !== undefined) return words(`orders.${kind}.${reason}`) ?? reason;
  if (what === 'escalated') return words(`orders.escalation.${reason}`) ?? reason;
  if (what === 'called_false' || what === 'siteAppealed') return words(`alerts.reason.${reason}`) ?? reason;
  return reason;
}
