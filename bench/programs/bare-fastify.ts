import Fastify from 'fastify';

/** What a webhook costs that does nothing: the same body is parsed and thanked for. */
const app = Fastify({ logger: false });
app.post('/webhook/:botId', (_request, reply) => reply.code(200).send());
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
