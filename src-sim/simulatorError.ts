/** Something was asked of the simulator that it cannot do; `status` is the HTTP status that says so. */
export class ControlError extends Error {
  override name = 'ControlError';
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415;

  constructor(status: ControlError['status'], message: string) {
    super(message);
    this.status = status;
  }
}
