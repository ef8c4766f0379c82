# The server as one image: `docker build -t getolog .`; docs/docker.md tells how it is run.
# A major version of Node, so that a new build brings its security fixes.
ARG NODE_MAJOR=26

FROM node:${NODE_MAJOR}-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY prisma prisma
COPY locales locales
COPY src src
COPY web web
COPY deploy/slim.sh deploy/
RUN npm run build && npm run slim

FROM node:${NODE_MAJOR}-slim
# What docs/planning.md counts with.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8443 NODE_OPTIONS="--max-old-space-size=256 --max-semi-space-size=16"
WORKDIR /app
# A volume that is mounted here is writable by the user below, as nothing else is.
RUN install -d -o node -g node -m 0700 /backups
COPY package.json ./
COPY prisma/migrations prisma/migrations
COPY locales locales
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 8443
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--single-threaded-gc", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "dist/main.js"]
