import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Nothing from anywhere else, nothing inline, and framed by Telegram's own pages alone. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors https://*.telegram.org',
  "require-trusted-types-for 'script'",
].join('; ');

const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=()';

/** What stands on every answer below `/panel`. */
export async function setHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    // Below, as it is written for people to read.
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    originAgentCluster: false,
    // Whoever runs the proxy says how it is reached; and who frames us is said above, by name.
    strictTransportSecurity: false,
    xFrameOptions: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    xPoweredBy: false,
  });
  app.addHook('onRequest', (_request, reply, done) => {
    void reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('permissions-policy', PERMISSIONS);
    done();
  });
}
