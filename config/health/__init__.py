"""The health of the site: what supervisors, containers and monitors learn at `/healthz`."""
