/** What a Bot API call looks like to somebody who wants to disturb it. */
export interface IncomingCall {
  method: string;
  /** The bot's username. */
  bot: string;
  params: Readonly<Record<string, unknown>>;
}

/** A method's name, or a question about the call. */
export type CallMatch = string | ((call: IncomingCall) => boolean);

export type Fault =
  /** 429; `retryAfter` in seconds. */
  | { kind: 'tooManyRequests'; retryAfter: number }
  /** 400 unless another code is named, in Telegram's own words and for no reason. */
  | { kind: 'refused'; description: string; code?: number }
  /** 502 unless another status is named. */
  | { kind: 'serverError'; status?: number }
  /** Acts and answers after so many real milliseconds. */
  | { kind: 'slow'; ms: number }
  /** The connection dies and nothing was done. */
  | { kind: 'dropBefore' }
  /** The connection dies although the thing was done. */
  | { kind: 'dropAfter' }
  /** Does the thing at once, answers when released. */
  | { kind: 'hold'; until: Promise<void> }
  /** Acts and answers when released. */
  | { kind: 'late'; until: Promise<void> };

interface PlannedFault {
  match: CallMatch;
  fault: Fault;
  timesLeft: number;
}

/** The troubles that a test ordered, first ordered first served. */
export class FaultPlan {
  #planned: PlannedFault[] = [];

  /** @returns a function that takes the order back. */
  add(match: CallMatch, fault: Fault, times: number): () => void {
    const planned = { match, fault, timesLeft: times };
    this.#planned.push(planned);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== planned);
    };
  }

  /** The trouble that this call runs into, used up by one. */
  take(call: IncomingCall): Fault | undefined {
    const planned = this.#planned.find(({ match }) =>
      typeof match === 'string' ? match === call.method : match(call),
    );
    if (planned === undefined) return undefined;
    planned.timesLeft -= 1;
    if (planned.timesLeft <= 0) this.#planned = this.#planned.filter((other) => other !== planned);
    return planned.fault;
  }
}
