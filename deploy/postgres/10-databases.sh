#!/bin/sh
# Run once by the PostgreSQL image, when its data folder is empty: a database for each service.
# `motcua_owner` owns the tables and migrates them; a service's own role reads and writes rows of its own
# database, and can neither change a table nor connect to another service's database. Kpi's may make temporary
# tables besides: it counts its figures anew into them.
set -eu

ask() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" "$@"
}

# Passwords are read by psql itself, so that none is ever an argument of a process.
ask --dbname postgres <<'SQL'
\set password `cat "${MOTCUA_SECRETS:-/run/secrets}/postgres-owner"`
CREATE ROLE motcua_owner LOGIN PASSWORD :'password';
SQL

for service in intake rating postal kpi gateway; do
    ask --dbname postgres <<SQL
\set password \`cat "\${MOTCUA_SECRETS:-/run/secrets}/postgres-$service"\`
CREATE ROLE motcua_$service LOGIN PASSWORD :'password';
CREATE DATABASE motcua_$service OWNER motcua_owner;
REVOKE ALL ON DATABASE motcua_$service FROM PUBLIC;
GRANT CONNECT ON DATABASE motcua_$service TO motcua_$service;
SQL
    ask --dbname "motcua_$service" <<SQL
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO motcua_$service;
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO motcua_$service;
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO motcua_$service;
SQL
done

ask --dbname motcua_kpi <<SQL
GRANT TEMPORARY ON DATABASE motcua_kpi TO motcua_kpi;
SQL
