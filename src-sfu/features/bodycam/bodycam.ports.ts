import type { Member, Squad } from '../../../src-shared/squads/squads.protocol.ts';

/** Squads and members as body cams need them. */
export interface BodyCamRoster {
  squad(squadId: string): Squad | undefined;
  members(): Member[];
  member(memberId: string): Member | undefined;
  /** Changes the body cam of a member. Nothing happens when there is no such member. */
  change(memberId: string, parts: { bodyCam: Member['bodyCam'] }): void;
  /** Listens for changes of squads and members, gathered for some milliseconds. `squads` is set when any squad changed. */
  onNews(
    listener: (news: {
      squads?: Squad[];
      members: Member[];
      removed: { memberId: string; squadId: string }[];
    }) => void,
  ): void;
}
