import type { RecorderProblem } from '../../../../src-shared/recorders/recorders.protocol.ts';
import { SourceError, type SourceFailure } from '../streamSource.ts';

/** A picture that did not come, and what that says of the recorder where no message of its says it. */
export class RecorderPictureError extends SourceError {
  readonly problem: RecorderProblem;

  constructor(problem: RecorderProblem, failure: SourceFailure, message: string) {
    super(failure, message);
    this.problem = problem;
  }
}
