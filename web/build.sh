#!/bin/sh
# Builds the pages into a folder of the build: `sh web/build.sh dist`.
set -eu
vite build --config web/vite.config.ts --logLevel warn --outDir "../$1/panel/site"
exec tsx web/compress.ts "$1/panel/site"
