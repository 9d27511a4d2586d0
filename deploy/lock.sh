#!/bin/sh
# Write deploy/requirements.lock and deploy/build.lock anew; run it after `make lock`.
#
# requirements.lock: what the services need to run, every version and hash as the workspace's own
# requirements.lock pins them. build.lock: the build backend of our packages, for the build stage.
# Neither names a registry: where packages come from is a setting of the machine that installs.
set -eu
cd "$(dirname "$0")/.."
UV=.local/tools/bin/uv
[ -x "$UV" ] || { echo "run make setup first: there is no $UV" >&2; exit 1; }
PLAIN="--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet"

members="libs/contracts libs/runtime libs/register libs/notices"
members="$members services/meetings services/assignments services/reporting"
members="$members services/notifications services/monitoring services/ingest"
set --
for member in $members; do
  set -- "$@" "$member/pyproject.toml" --no-emit-package "tiendo-${member##*/}"
done
rm -f deploy/requirements.lock
# shellcheck disable=SC2086 - options are words
"$UV" pip compile $PLAIN --constraints requirements.lock --output-file deploy/requirements.lock "$@"

backend=$(sed -n 's/^requires = \["\(uv_build[^"]*\)"\]$/\1/p' libs/runtime/pyproject.toml)
# shellcheck disable=SC2086
echo "$backend" | "$UV" pip compile $PLAIN --output-file deploy/build.lock -
