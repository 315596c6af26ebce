-- Roles and databases of an installation. Run as a superuser of PostgreSQL 15 or newer; safe to repeat:
--
--     psql -v ON_ERROR_STOP=1 -v owner_password=… -v app_password=… -f roles.sql postgres
--
-- onething_owner   makes and changes tables (`onething db upgrade`), reads everything for a backup
-- onething         what web processes and workers sign in as: reads and writes rows, and changes no table
-- onething_engine  a database of the durable engine, which makes its own few tables: it belongs to `onething`
\set ON_ERROR_STOP on

SELECT 'CREATE ROLE onething_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onething_owner') \gexec
SELECT 'CREATE ROLE onething LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onething') \gexec
ALTER ROLE onething_owner PASSWORD :'owner_password';
ALTER ROLE onething PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;

SELECT 'CREATE DATABASE onething OWNER onething_owner ENCODING ''UTF8'' TEMPLATE template0'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'onething') \gexec
SELECT 'CREATE DATABASE onething_engine OWNER onething ENCODING ''UTF8'' TEMPLATE template0'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'onething_engine') \gexec

-- Nobody else of this server gets in.
REVOKE ALL ON DATABASE onething FROM PUBLIC;
REVOKE ALL ON DATABASE onething_engine FROM PUBLIC;
GRANT CONNECT ON DATABASE onething TO onething;

\connect onething
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO onething_owner;
GRANT USAGE ON SCHEMA public TO onething;
-- What is there, and what later upgrades add. No TRUNCATE: it would pass by the triggers that keep logs append-only.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO onething;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO onething;
ALTER DEFAULT PRIVILEGES FOR ROLE onething_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO onething;
ALTER DEFAULT PRIVILEGES FOR ROLE onething_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO onething;
