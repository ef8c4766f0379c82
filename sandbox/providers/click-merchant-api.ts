import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Click } from './click.ts';

/** How far a caller's clock may be from Click's. */
const CLOCK_SKEW_SECONDS = 300;

/** What Click's API for merchants was asked. */
export interface ClickApiCall {
  method: string;
  path: string;
  status: number;
}

/** Trouble instead of an answer: an HTTP status, or a connection that dies before or after it is done. */
export type ClickApiTrouble = number | 'dies before' | 'dies after';

/** Click's API for merchants over HTTP: whoever shows the right `Auth` may look at payments and give them back. */
export class ClickMerchantApi {
  readonly calls: ClickApiCall[] = [];
  readonly #clicks: Click[] = [];
  readonly #now: () => Date;
  readonly #server: Server;
  readonly #trouble: ClickApiTrouble[] = [];

  constructor({ now = () => new Date() }: { now?: () => Date } = {}) {
    this.#now = now;
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  /** What to set as `CLICK_API_ROOT`. */
  get root(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v2/merchant`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** From now on it knows this merchant and what is paid to them. */
  serves(click: Click): void {
    this.#clicks.push(click);
  }

  /** The next call runs into it. */
  failsNext(...trouble: ClickApiTrouble[]): void {
    this.#trouble.push(...trouble);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const trouble = this.#trouble.shift();
    const { method = '', url = '' } = request;
    request.resume();
    if (trouble === 'dies before') return void request.socket.destroy();
    const { status, body } =
      typeof trouble === 'number' ? { status: trouble, body: {} } : this.#answer(method, url, request);
    this.calls.push({ method, path: url, status });
    if (trouble === 'dies after') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #answer(method: string, url: string, { headers }: IncomingMessage): { status: number; body: object } {
    const [, what = '', serviceId = '', number = ''] =
      /^\/v2\/merchant\/payment\/(status|reversal)\/(\d+)\/(\d+)$/.exec(url) ?? [];
    if (method !== (what === 'status' ? 'GET' : 'DELETE') || what === '') return refusal(404, 'Not Found');
    const isJson = [headers.accept, headers['content-type']].every((type) => type === 'application/json');
    if (!isJson) return refusal(400, 'Accept and Content-Type are application/json');
    const click = this.#clicks.find(({ merchant }) => merchant.serviceId === serviceId);
    const { auth } = headers;
    if (!click || typeof auth !== 'string' || !this.#isTheirs(click, auth))
      return refusal(401, 'Unauthorized');
    const payment = click.payments.find(({ paydocId, id }) => [paydocId, id].includes(number));
    if (!payment) return { status: 200, body: { error_code: -16, error_note: 'Payment not found' } };
    const payment_id = Number(number);
    if (what === 'status') {
      const payment_status = payment.state === 'paid' ? 2 : payment.state === 'given back' ? -99 : 1;
      return { status: 200, body: { error_code: 0, error_note: 'Success', payment_id, payment_status } };
    }
    if (payment.state !== 'paid')
      return { status: 200, body: { error_code: -5017, error_note: 'Payment cannot be cancelled' } };
    payment.state = 'given back';
    return { status: 200, body: { error_code: 0, error_note: 'Success', payment_id } };
  }

  /** `<merchant user id>:<sha1 of the time and the secret>:<the time>`, of these minutes. */
  #isTheirs({ merchant }: Click, auth: string): boolean {
    const [user, digest, seconds = ''] = auth.split(':');
    const age = Math.abs(this.#now().getTime() / 1000 - Number(seconds));
    const expected = createHash('sha1').update(`${seconds}${merchant.secret}`).digest('hex');
    return (
      /^\d{10}$/.test(seconds) &&
      age <= CLOCK_SKEW_SECONDS &&
      user === merchant.merchantUserId &&
      digest === expected
    );
  }
}

function refusal(status: number, error_note: string): { status: number; body: object } {
  return { status, body: { error_code: -status, error_note } };
}
