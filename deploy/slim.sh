#!/bin/sh
# Takes from node_modules what only building needs. Used by the image and on a bare server: `npm run slim`.
set -eu
# npm writes its idea of what is left into the lock file, and takes the part of the picture library that is made for
# this kind of machine for optional: both are put back.
kept=node_modules/.kept
rm -rf "$kept" && mkdir "$kept"
cp package-lock.json "$kept/"
cp -R node_modules/@napi-rs "$kept/@napi-rs"
npm prune --omit=dev --omit=optional --include=prod
rm -rf node_modules/@napi-rs
mv "$kept/@napi-rs" node_modules/@napi-rs
mv "$kept/package-lock.json" package-lock.json
rm -rf "$kept"
# More than half of the rest would never be read: Prisma for other databases, source maps and types of packages.
find node_modules -type f \( -name '*.map' -o -name '*.d.[cm]ts' -o -name '*.d.ts' \
  -o -path '*/@prisma/client/runtime/*.cockroachdb.*' -o -path '*/@prisma/client/runtime/*.mysql.*' \
  -o -path '*/@prisma/client/runtime/*.sqlite.*' -o -path '*/@prisma/client/runtime/*.sqlserver.*' \) -delete
# The profiler comes for every machine and every Node; this one needs the one that it loads here.
mine=$(node -p "[process.platform, process.arch, require('detect-libc').familySync(), process.versions.modules].filter(Boolean).join('-')")
find node_modules/@sentry/node-cpu-profiler -name 'sentry_cpu_profiler-*.node' ! -name "sentry_cpu_profiler-$mine.node" -delete
