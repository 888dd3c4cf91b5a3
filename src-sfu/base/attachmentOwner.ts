import type { Attachment } from '../../src-shared/attachments/attachments.protocol.ts';
import type { Principal, Resource } from '../../src-shared/session/principal.ts';

/** What a feature says of the things that photographs and notes belong to. */
export interface AttachmentOwnerRules {
  /** Whose an owner is, for who is notified; undefined where there is none of this id. */
  resourceOf(ownerId: string): Promise<Pick<Resource, 'district'> | { squadId: string } | undefined>;
  /** Members whose phones are notified of what is added. Left out: none but who sent it. */
  membersOf?(ownerId: string): Promise<readonly string[]>;
  /** Before this moment nothing can have been taken for an owner; left out, or undefined: that is not known. */
  beganAtMs?(ownerId: string): Promise<number | undefined>;
  /** Whether somebody may add to an owner, or see what it has. An owner that is not there: false. */
  may(principal: Principal, what: 'add' | 'see', ownerId: string): Promise<boolean>;
}

/** What goes with a picture that the hub adds itself. */
export type HubPicture = Pick<Attachment, 'attachmentId' | 'takenAtMs'> &
  Partial<Pick<Attachment, 'purpose' | 'words' | 'place'>> & {
    /** The camera that it is of. */
    cameraId: string;
    cameraName: string;
  };
