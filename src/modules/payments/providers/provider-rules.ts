/** What Uzum's may be, so that a handler knows each of them. */
interface UzumRules {
  errorCodeType: 'string' | 'number';
  authStatus: 400 | 401;
  busyCode: '10008' | '10009';
  repeat: 'refuse' | 'replay';
  expiredStatus: 'FAILED' | 'REVERSED';
  confirmMinutes: number;
  outageStatus: 503 | 400;
  confirmRequired: readonly 'paymentSource'[];
  link: string;
  orderKeys: readonly [string, ...string[]];
}

/**
 * What a provider's own test environment may still correct. Each is read from here and written nowhere else, so that a
 * correction changes one line.
 */
export const PROVIDER_RULES = {
  payme: {
    login: 'Paycom',
    host: 'https://checkout.paycom.uz/',
    testHost: 'https://test.paycom.uz/',
    /** Another attempt at the order runs. */
    busyCode: -31_051,
    paidCode: -31_052,
    notPayableCode: -31_053,
    /** As which a moment is told that has not come. */
    unsetTime: 0,
    unsetReason: null,
    /** To a first Create whose time is too long ago. */
    staleCreateCode: -31_008,
    performRefusedCode: -31_008,
  },
  click: {
    /** To another attempt at an order that is paid. */
    prepareOnPaid: -9,
    /** To a refusal by Click of what was paid, and whether that takes it back. */
    negativeAfterPaid: { takesBack: true, error: -9 },
    foreignService: -8,
    linkBase: 'https://my.click.uz/services/pay/',
    /** While the database is away: so that Click asks again for what is paid. */
    outage: { prepare: { status: 200, error: -7 }, complete: { status: 503, error: -7 } },
  },
  uzum: {
    errorCodeType: 'string',
    authStatus: 400,
    /** Another attempt at the order runs. */
    busyCode: '10008',
    /** What was done before is refused, or told again. */
    repeat: 'refuse',
    expiredStatus: 'FAILED',
    confirmMinutes: 30,
    outageStatus: 503,
    /** Beside what every call has. */
    confirmRequired: ['paymentSource'],
    link: 'https://www.uzumbank.uz/open-service',
    /** The order's number, by the first of these that is there. */
    orderKeys: ['order_id', 'account'],
  } as UzumRules,
} as const;
