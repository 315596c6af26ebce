#!/bin/sh
# Run once by the PostgreSQL container, when its folder is empty.
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" -U postgres -f /roles.sql postgres
